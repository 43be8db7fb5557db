"""What the form on harm by a professional, and complaints, are called; for gettext."""

from casework.complaints import ComplaintState, Stage
from casework.model import Reach
from casework.professional import HarmByProfessional, Nation, Sector, WantedOutcome
from reports.wording import N_, Words

SECTORS = {
    Sector.POLICE: Words(N_("Police"), N_("Also border and immigration officers.")),
    Sector.HEALTH: Words(
        N_("Health"), N_("A doctor, a nurse, a therapist, a pharmacy, reception, a hospital.")
    ),
    Sector.HOUSING: Words(N_("Housing"), N_("A landlord, an agent, the council, a hostel.")),
    Sector.EDUCATION: Words(N_("Education"), N_("A school, a college, a university.")),
    Sector.SUPPORT: Words(
        N_("Social and support services"),
        N_("A social worker, a charity, a refuge, benefits, an outreach project."),
    ),
    Sector.OTHER: Words(N_("Somewhere else")),
}
KINDS = {
    HarmByProfessional.RACISM: Words(N_("Racism")),
    HarmByProfessional.DISCRIMINATION: Words(
        N_("Treated worse for who I am or what I do"),
        N_("For sex work, gender, sexuality, a disability, where you are from, your faith."),
    ),
    HarmByProfessional.REFUSAL: Words(
        N_("Refused help or a service"), N_("Turned away, not believed, pain not taken seriously.")
    ),
    HarmByProfessional.ABUSE_OF_POWER: Words(
        N_("Abuse of power"),
        N_("Threats, searches without a reason, asking for sex, money or information."),
    ),
    HarmByProfessional.VIOLENCE: Words(N_("Violence"), N_("Sexual violence too.")),
    HarmByProfessional.OUTING: Words(
        N_("Outing"), N_("Told others about my work, or about something else that is private.")
    ),
    HarmByProfessional.OTHER: Words(N_("Something else")),
}
OUTCOMES = {
    WantedOutcome.HEARD: Words(N_("To be heard"), N_("That is enough by itself.")),
    WantedOutcome.APOLOGY: Words(N_("An apology")),
    WantedOutcome.EXPLANATION: Words(N_("An explanation")),
    WantedOutcome.CHANGED_PRACTICE: Words(
        N_("That they do it differently from now on"), N_("New rules, or training.")
    ),
    WantedOutcome.DISCIPLINARY: Words(N_("That it has consequences for whoever did it")),
    WantedOutcome.COMPENSATION: Words(N_("Compensation")),
    WantedOutcome.SERVICE: Words(N_("The treatment or the service after all")),
    WantedOutcome.OTHER: Words(N_("Something else")),
}
NATIONS = {
    Nation.ENGLAND: N_("England"),
    Nation.WALES: N_("Wales"),
    Nation.SCOTLAND: N_("Scotland"),
    Nation.NORTHERN_IRELAND: N_("Northern Ireland"),
}
REACHES = {
    Reach.HERE: Words(N_("I come back here"), N_("With your code, or in your account.")),
    Reach.CALL: Words(N_("Call me")),
    Reach.TEXT: Words(N_("Send me a text")),
    Reach.EMAIL: Words(N_("Send me an email")),
}
STAGES = {
    Stage.ORGANISATION: N_("with the organisation itself"),
    Stage.REVIEW: N_("a review was asked for"),
    Stage.BODY: N_("with the ombudsman or the regulator"),
    Stage.ENDED: N_("ended"),
}
STATES = {
    ComplaintState.RUNNING: N_("running"),
    ComplaintState.UPHELD: N_("upheld"),
    ComplaintState.PARTLY: N_("partly upheld"),
    ComplaintState.NOT_UPHELD: N_("not upheld"),
    ComplaintState.WITHDRAWN: N_("withdrawn"),
    ComplaintState.NO_ANSWER: N_("no answer"),
}
