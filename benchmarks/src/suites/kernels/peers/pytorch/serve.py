"""A PyTorch process of the kernel benchmark: requests on standard input, answers on standard output.

Either is a line of JSON, then the float32 numbers of its arrays, whose lengths the line gives as `sizes`. Started by
python-connection.ts as `python3 serve.py cpu|cuda`.
"""

import json
import os
import re
import sys
import time

answers = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)  # What libraries print is no answer.

OLDEST = (1, 11)


class CannotDo(Exception):
    """Why this process has no such row."""


def open_torch(device):
    """Imports PyTorch and says what it is."""
    import torch

    version = tuple(int(part) for part in re.findall(r"\d+", torch.__version__)[:2])
    if version < OLDEST:
        raise CannotDo(f"PyTorch {torch.__version__} is too old; {OLDEST[0]}.{OLDEST[1]} or newer is needed")
    if device == "cuda" and not torch.cuda.is_available():
        raise CannotDo(f"PyTorch {torch.__version__} finds no CUDA device")
    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    return {
        "vendor": f"PyTorch {torch.__version__}",
        "architecture": device,
        "device": name,
        "description": f"CUDA {torch.version.cuda}" if device == "cuda" else linear_algebra(torch),
    }


def linear_algebra(torch):
    """What multiplies matrices: how PyTorch was built, and which library its process has loaded."""
    built = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    torch.ones(2, 2) @ torch.ones(2, 2)
    with open("/proc/self/maps", encoding="utf8") as maps:
        names = re.findall(r"/(lib(?:openblas|mkl_core|blis|blas)[\w.+-]*\.so[\w.]*)", maps.read())
    loaded = ", ".join(sorted(set(names))) or "its own"
    return f"BLAS {built[1] if built else 'unknown'} ({loaded}), {torch.backends.mkldnn.is_available() and 'with' or 'without'} oneDNN"


class Work:
    """A work made ready: called again and again, until its device has done all of it."""

    def __init__(self, device, work, networks, arrays):
        import torch
        import works

        self.torch, self.device, self.threads = torch, device, 1
        tensors = [torch.tensor(values).reshape(shape).to(device) for values, shape in arrays]
        self.call, self.outputs = works.ready(work, networks, tensors)

    def run(self, times):
        for _ in range(times):
            self.result = self.call()
        if self.device == "cuda":
            self.torch.cuda.synchronize()

    def first(self):
        self.run(1)
        return [one.detach().contiguous().cpu().float().numpy().tobytes() for one in self.outputs(self.result)]

    def choose_threads(self):
        """One thread or all, whichever is faster: for small work all are slower."""
        if self.device != "cpu":
            return
        every = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        best, begin = {}, time.perf_counter()
        for round in range(3):
            if round > 0 and time.perf_counter() - begin > 1:
                break  # Long calls say it the first time.
            for threads in sorted({1, every}):
                self.torch.set_num_threads(threads)
                start, calls = time.perf_counter(), 0
                while calls == 0 or time.perf_counter() - start < 0.02:
                    self.run(1)
                    calls += 1
                best[threads] = min(best.get(threads, float("inf")), (time.perf_counter() - start) / calls)
        self.threads = min(best, key=best.get)
        self.torch.set_num_threads(self.threads)

    def facts(self):
        if self.device != "cpu":
            return {"notes": [f"PyTorch {self.torch.__version__}, CUDA {self.torch.version.cuda}"]}
        plural = "" if self.threads == 1 else "s"
        return {
            "variants": {"threads": str(self.threads)},
            "notes": [f"PyTorch {self.torch.__version__} on {self.threads} thread{plural}, {linear_algebra(self.torch)}"],
        }


def answer(state, request, arrays):
    kind = request["kind"]
    if kind == "open":
        return {"adapter": open_torch(state["device"])}, []
    if kind == "prepare":
        start = time.perf_counter()
        work = state["work"] = Work(state["device"], request["work"], request["networks"], arrays)
        outputs = work.first()
        first_ms = 1000 * (time.perf_counter() - start)
        work.choose_threads()
        return {"firstMs": first_ms, "facts": work.facts()}, outputs
    if kind == "sample":
        start = time.perf_counter()
        state["work"].run(request["times"])
        return {"ms": 1000 * (time.perf_counter() - start) / request["times"], "dispatches": 0, "submissions": 0}, []
    facts = state["work"].facts() if kind == "release" and state["work"] else {}
    state["work"] = None
    return facts, []


def read_arrays(request):
    import numpy

    for size, shape in zip(request.get("sizes", []), request.get("shapes", [])):
        yield numpy.frombuffer(sys.stdin.buffer.read(4 * size), dtype=numpy.float32).copy(), shape


def main():
    state = {"device": sys.argv[1], "work": None}
    for line in sys.stdin.buffer:
        request = json.loads(line)
        arrays = list(read_arrays(request))
        parts = []
        try:
            found, parts = answer(state, request, arrays)
            reply = {"ok": True, "answer": found, "sizes": [len(part) // 4 for part in parts]}
        except Exception as error:  # Whatever a row meets, the next row is still to come.
            cannot = isinstance(error, (CannotDo, ModuleNotFoundError))
            text = str(error) if cannot else f"{type(error).__name__}: {error}"
            reply = {"ok": False, "cannot": cannot, "reason": text, "sizes": []}
        answers.write(json.dumps(reply).encode() + b"\n" + b"".join(parts))
        answers.flush()


main()
