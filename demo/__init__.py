"""Demo: loopback SMS and mail gateways, fictional members and warnings, a page of what arrived.

It holds nothing real: numbers and addresses come from ranges kept for fiction. Started by
`brolly up --demo`, the tests and the benchmarks; an instance that serves people never runs it.
"""
