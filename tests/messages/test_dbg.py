import time, sys, threading, faulthandler
from tests.messages.test_sending import *
import pytest
def test_x(engine, sealers):
    cause_id = an_alert_to(engine, sealers, 60)
    t0=time.monotonic()
    paused=[]
    def p(*a): print(f"{time.monotonic()-t0:.3f}", threading.current_thread().name, *a, flush=True)
    def once(outgoing):
        if not paused:
            paused.append(1)
            p("pause begin")
            with writing(engine).begin() as session:
                p("locked")
                actions.pause(session, cause_id)
            p("paused")
        return Refused(reason="x")
    sender=Told(once)
    line=a_line(engine, sealers, sender)
    d=Drain(line,cause_id,Channel.SMS)
    for n in ("_exchange","_claim_more","_gather","_give_back"):
        def wrap(n=n,f=getattr(Drain,n)):
            def g(self,*a):
                p(n,"start")
                try: return f(self,*a)
                finally: p(n,"end", len(self._flying), len(self._ready))
            return g
        setattr(Drain,n,wrap())
    faulthandler.dump_traceback_later(5)
    d.run()
    faulthandler.cancel_dump_traceback_later()
