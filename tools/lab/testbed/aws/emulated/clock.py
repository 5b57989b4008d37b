"""The time that AWS takes, scaled by a factor: 1 is as long as AWS, 0 at once."""

import json
import pathlib
import random
import threading
import time

latencies = json.loads(pathlib.Path(__file__).parent.parent.joinpath("latencies.json").read_text())


class Clock:
    def __init__(self):
        self.factor = 0.0
        self._random = random.Random(19)
        self._buckets = {}
        self._lock = threading.Lock()

    @property
    def is_on(self):
        return self.factor > 0

    def seconds(self, what):
        """A duration of a request or a step, in seconds."""
        return self._draw(latencies["seconds"][what])

    def resource_seconds(self, resource_type, action):
        """The duration of an action (create, update, delete) on a resource of a stack, in seconds."""
        kinds = latencies["resources"]
        durations = kinds.get(resource_type, kinds["other"])
        return self._draw(durations.get(action, kinds["other"][action]))

    def wait(self, what):
        self.sleep(self.seconds(what))

    def sleep(self, seconds):
        if seconds > 0:
            time.sleep(seconds)

    def allows(self, bucket, key=""):
        """Takes a token of a bucket, if there is one. Rates are scaled with the durations."""
        return self._take(bucket, key, may_wait=False) == 0

    def delay(self, bucket):
        """Takes a token of a bucket, in advance if there is none. Returns the seconds until it may be used."""
        return self._take(bucket, "", may_wait=True)

    def _take(self, bucket, key, may_wait):
        if not self.is_on:
            return 0
        limit = latencies["requestsPerSecond"][bucket]
        rate = limit["rate"] / self.factor
        with self._lock:
            now = time.monotonic()
            tokens, at = self._buckets.get((bucket, key), (limit["burst"], now))
            tokens = min(limit["burst"], tokens + (now - at) * rate)
            if tokens < 1 and not may_wait:
                self._buckets[bucket, key] = (tokens, now)
                return (1 - tokens) / rate
            self._buckets[bucket, key] = (tokens - 1, now)
            return max(0, 1 - tokens) / rate

    def _draw(self, duration):
        if not self.is_on:
            return 0
        with self._lock:
            return self.factor * self._random.triangular(duration["least"], duration["most"], duration["median"])


clock = Clock()
