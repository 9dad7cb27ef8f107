"""The receiver: phones and other systems send fixes and incidents, and nothing they were told 200 for is lost.

A request passes token -> protocol -> duty -> spool -> answer. `protocols/<name>.py` reads one way of sending and ends
in `PROTOCOL`; `gate.py` judges each fix by the current reference tables, so that a fix off duty is counted and exists
nowhere; `spool.py` makes the rest durable before the answer; `recorder.py` moves last positions and counts into
operations a few times a second; `segments.py` is what the `publish` job of `gridlink work` reads and deletes.

A fix that a rule of admission refuses for another reason (a clock in 2099, a place outside the city) is spooled too and
answered 200: the load keeps it as a reject with its reason, and the phone's queue moves on. It never becomes a
position. A request that cannot be understood is answered 400 with one sentence.
"""
