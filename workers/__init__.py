"""Workers: what runs beside the web: queues, thin jobs, the sweep, the supervision of processes.

Redis only wakes them. What is to be done stands in the database, and workers also look there
by themselves, so that losing Redis, or all that is in it, delays and never loses.
"""
