"""A second verifier of evidence bundles, written from docs/evidence.md alone; for tests only.

Usage: second_verifier.py --key VKEY DIR...    Python 3 and nothing else.
"""

import base64
import hashlib
import json
import os
import re
import sys

FORMAT = "plg-sales-evidence/1"

# Ed25519, RFC 8032 section 5.1, by its formulas: slow, and enough for a few signatures.
P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
ORDER = 2**252 + 27742317777372353535851937790883648493


def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e = (y1 - x1) * (y2 - x2) % P
    f = (y1 + x1) * (y2 + x2) % P
    g = 2 * t1 * t2 * D % P
    h = 2 * z1 * z2 % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(key, message, signature):
    a, r = decompress(key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    one, other = times(s, BASE), add(r, times(h, a))
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % P == 0


class Finding(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Finding(what)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text, length):
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text and len(data) == length, "base64 of another form")
    return data


def read_key(vkey):
    name, key_id, encoded = vkey.strip().split("+", 2)
    data = unbase64(encoded, 33)
    need(data[0] == 1 and sha(name.encode() + b"\n" + data)[:4].hex() == key_id, "no key")
    return name, bytes.fromhex(key_id), data[1:]


def open_note(note, key):
    """The text of a signed note, when one of its signatures is of the key."""
    text, separator, lines = note.rpartition("\n\n")
    need(separator and lines.endswith("\n"), "no signed note")
    text += "\n"
    name, key_id, public = key
    signed = False
    for line in lines[:-1].split("\n"):
        dash, signer, stamp = line.split(" ")
        need(dash == "\u2014", "no signature line")
        data = base64.b64decode(stamp, validate=True)
        need(base64.b64encode(data).decode() == stamp, "base64 of another form")
        if signer == name and data[:4] == key_id:
            signed = signed or ed25519(public, text.encode(), data[4:])
    need(signed, "not signed with the key")
    return text


SIGNED = {}


def read_checkpoint(note, key):
    if (note, key) not in SIGNED:
        SIGNED[(note, key)] = open_note(note, key)
    lines = SIGNED[(note, key)].split("\n")
    need(len(lines) == 7 and lines[6] == "" and lines[0] == key[0], "no checkpoint of this log")
    need(re.fullmatch(r"0|[1-9]\d*", lines[1]), "no size")
    number = re.fullmatch(r"number ([1-9]\d*)", lines[3])
    time = lines[4].removeprefix("time ")
    need(number and lines[4].startswith("time ") and lines[5].startswith("reason "), "no number")
    return int(lines[1]), unbase64(lines[2], 32), int(number.group(1)), time


def split_checkpoints(text):
    notes, lines = [], text.split("\n")
    need(lines.pop() == "", "checkpoints do not end with a line")
    current, signatures = [], False
    for line in lines:
        if signatures and not line.startswith("\u2014 "):
            notes.append("\n".join(current) + "\n")
            current, signatures = [], False
        current.append(line)
        signatures = signatures or line == ""
    notes.append("\n".join(current) + "\n")
    return notes


def path_root(leaf, index, size, proof):
    """RFC 6962 2.1.1, from the root down: consumes the proof from its end."""
    proof, left = list(proof), []

    def root(low, high):
        if high - low == 1:
            return leaf
        need(proof, "proof too short")
        split = 1
        while split * 2 < high - low:
            split *= 2
        sibling = proof.pop()
        if index < low + split:
            return sha(b"\1", root(low, low + split), sibling)
        left.append(sibling)
        return sha(b"\1", sibling, root(low + split, high))

    need(index < size, "index beyond the log")
    found = root(0, size)
    need(not proof, "proof too long")
    return found, left


def fold(stack):
    if not stack:
        return sha()
    root = stack[-1][1]
    for _, node in reversed(stack[:-1]):
        root = sha(b"\1", node, root)
    return root


def push(stack, leaf):
    stack.append((1, leaf))
    while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
        (width, right), (_, left) = stack.pop(), stack.pop()
        stack.append((width * 2, sha(b"\1", left, right)))


def no_twins(pairs):
    need(len({name for name, _ in pairs}) == len(pairs), "a member twice")
    need([n for n, _ in pairs] == sorted((n for n, _ in pairs), key=lambda n: n.encode("utf-16-be")), "members out of order")
    return dict(pairs)


class Number(float):
    """A number that is written back as it was read."""

    def __new__(cls, text):
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __repr__(self):
        return self.text


def compact(value):
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(compact(k) + ":" + compact(v) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def read_events(data, sale):
    need(data.endswith(b"\n"), "events do not end with a line")
    events, last = [], {}
    for line in data[:-1].split(b"\n"):
        event = json.loads(line.decode("utf-8"), object_pairs_hook=no_twins, parse_float=Number)
        need(isinstance(event, dict) and compact(event).encode() == line, "not canonical")
        position, stream, sequence = event["position"], event["saleId"], event["sequence"]
        need(type(position) is int and (not events or position > events[-1][0]), "position")
        leaf = sha(b"\0", line)
        events.append((position, leaf))
        if sale is not None and stream != sale:
            named = event["data"].get("saleIds", [event["data"].get("saleId")])
            need(stream is None and named and set(named) == {sale}, "about another sale")
            continue
        before = last.get(stream, (0, None, False) if sale is not None else None)
        if before is not None and stream is not None:
            need(sequence == before[0] + 1, "sequence")
        if "prev" not in event:
            need(before is None or not before[2], "names no event before it")
        elif before is not None:
            need(event["prev"] == before[1], "names another event before it")
        elif sequence == 1:
            need(event["prev"] is None, "the first of a sale names one before it")
        last[stream] = (sequence, leaf.hex(), "prev" in event)
    return events


def read_proof(text, index, note):
    need(text.endswith("\n\n" + note), "another checkpoint")
    lines = text[: -len("\n\n" + note)].split("\n")
    need(lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {index}"], "no proof of this event")
    return [unbase64(line, 32) for line in lines[2:]]


def verify(folder, key):
    files = {}
    for root, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(root, name)
            with open(full, "rb") as file:
                files[os.path.relpath(full, folder).replace(os.sep, "/")] = file.read()
    data = files.pop("manifest.json")
    note = files.pop("manifest.note").decode()
    manifest = json.loads(data.decode("utf-8"))
    need(open_note(note, key) == f"{FORMAT}\n{key[0]}\n{sha(data).hex()}\n", "another manifest")
    need(manifest["format"] == FORMAT and manifest["origin"] == key[0], "format or origin")
    listed = {n: (len(d), sha(d).hex()) for n, d in files.items()}
    need(listed == {n: (f["bytes"], f["sha256"]) for n, f in manifest["files"].items()}, "files")
    scope = manifest["scope"]
    sale = scope.get("sale")
    notes = split_checkpoints(files["checkpoints.txt"].decode())
    checkpoints = [read_checkpoint(one, key) for one in notes]
    size, root, number, time = checkpoints.pop()
    events = read_events(files["events.jsonl"], sale)
    need(len(events) == manifest["events"], "count of events")
    if sale is None:
        proved = {events[0][0]: events[0][1], events[-1][0]: events[-1][1]}
    else:
        proved = dict(events)
        proved.update({e["position"]: bytes.fromhex(e["leaf"]) for e in manifest["withheld"]})
        need(not checkpoints, "more than one checkpoint")
    fixed = {"README.txt", "checkpoints.txt", "events.csv", "events.jsonl", "report.html", "verify.mjs"}
    need(set(files) == fixed | {f"proofs/{p}.tlog-proof" for p in proved}, "set of files")
    edges = {}
    for position, leaf in proved.items():
        proof = read_proof(files[f"proofs/{position}.tlog-proof"].decode(), position - 1, notes[-1])
        found, edges[position] = path_root(leaf, position - 1, size, proof)
        need(found == root, f"position {position} is not in the log")
    of = f"sale {sale}" if sale else f"the log from {scope['from']} to {scope['to']}"
    facts = [
        f"{of}: {len(events)} events, positions {events[0][0]} to {events[-1][0]}",
        f"checkpoint {number} of {time}, over {size} events",
        f"signed by {key[0]}, key SHA256:{sha(key[2]).hex()}",
    ]
    if sale is not None:
        return facts
    first, last = scope["first"], scope["last"]
    need([p for p, _ in events] == list(range(first, last + 1)), "positions")
    bits = [1 << b for b in reversed(range(64)) if (first - 1) >> b & 1]
    stack = list(zip(bits, edges[first]))
    need(len(bits) == len(edges[first]), "edge")
    numbers = [n for _, _, n, _ in checkpoints]
    need(numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True, "numbers")
    need(not numbers or numbers[-1] < number, "the last checkpoint is not the newest")
    waiting = list(checkpoints)
    for count, leaf in [(first - 1, None), *events]:
        if leaf is not None:
            need(count != last or [n for _, n in stack] == edges[last], "events between")
            push(stack, leaf)
        while waiting and waiting[0][0] == count:
            need(fold(stack) == waiting.pop(0)[1], "checkpoint over other events")
    need(not waiting, "checkpoint out of the range")
    return facts


def main(args):
    key = read_key(args[args.index("--key") + 1])
    folders = [a for i, a in enumerate(args) if a != "--key" and args[i - 1] != "--key"]
    code = 0
    for folder in folders:
        try:
            facts = verify(folder, key)
            print(f"{folder}: ok", *facts, sep="\n  ")
        except Exception as finding:  # whatever a broken file leads to is a finding
            code = 1
            print(f"{folder}: {type(finding).__name__} {finding}")
    return code


sys.exit(main(sys.argv[1:]))
