"""Failures on demand: a test says which action on which resource of which stack fails."""

import threading


class Failures:
    def __init__(self):
        self._lock = threading.Lock()
        self._told = []

    def tell(self, stack, action, resource=None, times=1, reason="Failed on demand"):
        """
        action: create, update, delete, rollback (of an update), or changeSet (which needs no resource).
        times: how often it fails; afterwards it succeeds.
        """
        with self._lock:
            self._told.append(
                {"stack": stack, "resource": resource, "action": action, "times": times, "reason": reason}
            )

    def reason(self, stack, resource, action):
        """The reason why an action fails now, or None."""
        with self._lock:
            for told in self._told:
                is_it = (told["stack"], told["resource"], told["action"]) == (stack, resource, action)
                if is_it and told["times"] > 0:
                    told["times"] -= 1
                    return told["reason"]
        return None


failures = Failures()
