"""What is wrong with settings, in words an operator can act on; never the values themselves."""

from pydantic import ValidationError

WORDS = {
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number",
    "bool_parsing": "must be on or off",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
}


def in_words(error: ValidationError, *, prefix: str) -> str:
    """Return one line for each wrong setting, naming it."""
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = "_".join(str(part) for part in problem["loc"]).upper()
        template = WORDS.get(problem["type"])
        words = (
            template.format_map(problem.get("ctx", {}))
            if template
            else problem["msg"].removeprefix("Value error, ")
        )
        lines.append(f"{prefix}{name} {words}" if name else words)
    return "\n".join(lines)
