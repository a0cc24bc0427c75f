#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records the frames beside it from a fresh Apache Kafka. See README.md.

usage: record.py HOST:PORT JARS   (JARS: the folder of Kafka's jars)
"""
import os
import socket
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
FETCH, LIST_OFFSETS, METADATA, API_VERSIONS = 1, 2, 3, 18


def string(text):
    return struct.pack(">h", len(text)) + text.encode()


def array(items):
    return struct.pack(">i", len(items)) + b"".join(items)


class Broker:
    def __init__(self, endpoint):
        host, port = endpoint.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)

    def ask(self, api, version, body):
        """The response behind its correlation id."""
        request = struct.pack(">hhi", api, version, 7) + string("record") + body
        self.socket.sendall(struct.pack(">i", len(request)) + request)
        size = struct.unpack(">i", self.read(4))[0]
        return self.read(size)[4:]

    def read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError("the broker hung up")
            data += piece
        return data

    def fetch(self, version, partitions, isolation=0, max_bytes=1 << 20):
        """partitions: [(topic, partition, offset)], topics side by side."""
        body = struct.pack(">iiiib", -1, 500, 1, 1 << 24, isolation)
        if version >= 7:
            body += struct.pack(">ii", 0, -1)
        topics = {}
        for topic, partition, offset in partitions:
            entry = struct.pack(">i", partition)
            if version >= 9:
                entry += struct.pack(">i", -1)
            entry += struct.pack(">q", offset)
            if version >= 5:
                entry += struct.pack(">q", -1)
            topics.setdefault(topic, []).append(entry + struct.pack(">i", max_bytes))
        body += array([string(name) + array(entries) for name, entries in topics.items()])
        if version >= 7:
            body += array([])
        if version >= 11:
            body += string("")
        return self.ask(FETCH, version, body)

    def list_offsets(self, version, topic, timestamp):
        body = struct.pack(">i", -1) + (b"\0" if version >= 2 else b"")
        entry = struct.pack(">i", 0) + (struct.pack(">i", -1) if version >= 4 else b"")
        entry += struct.pack(">q", timestamp)
        return self.ask(LIST_OFFSETS, version, body + array([string(topic) + array([entry])]))

    def metadata(self, version, topics):
        body = array([string(topic) for topic in topics]) + (b"\0" if version >= 4 else b"")
        return self.ask(METADATA, version, body)


def save(name, data):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)
    print(f"{name}: {len(data)} bytes")


def kcat(endpoint, *arguments, text=None):
    command = ["kcat", "-q", "-b", endpoint, *arguments]
    return subprocess.run(command, input=text, check=True, stdout=subprocess.PIPE).stdout


def produce_with_kcat(endpoint):
    for codec in CODECS:
        lines = "".join(f"key {i % 7}:kcat's same old text, number {i}\n" for i in range(100))
        kcat(endpoint, "-P", "-t", f"kcat-{codec}", "-p", "0", "-K:", "-z", codec, "-H", "one=1",
             "-H", "two=2", "-X", "linger.ms=500", text=lines.encode())
    for i in range(6):
        kcat(endpoint, "-P", "-t", "batches", "-p", "0", text="".join(
            f"batch {i}, number {j}\n" for j in range(4)).encode())
    for i in range(3):
        kcat(endpoint, "-P", "-t", "three", "-p", str(i), text=f"of partition {i}\n".encode())


def save_expected(endpoint, topic):
    """What librdkafka reads: offset, timestamp, sizes (-1: null), key, value, headers."""
    save(f"fetch_v11_{topic}.txt", kcat(
        endpoint, "-C", "-t", topic, "-p", "0", "-e", "-X", "isolation.level=read_uncommitted",
        "-f", "%o %T %K %S %k|%s|%h\n"))


def wait_for_compaction(broker):
    """Until the first batch, of five records, has lost some."""
    deadline = time.monotonic() + 60
    count_at = 4 + 2 + 4 + 4 + len(string("compacted")) + 4 + 4 + 2 + 24 + 4 + 4 + 4 + 57
    while struct.unpack_from(">i", broker.fetch(11, [("compacted", 0, 0)]), count_at)[0] == 5:
        if time.monotonic() > deadline:
            raise TimeoutError("the log cleaner did not run")
        time.sleep(0.5)
    time.sleep(3)  # it may have more to do


def main():
    endpoint, jars = sys.argv[1], sys.argv[2]
    subprocess.run(["java", "-XX:TieredStopAtLevel=1",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", os.path.join(jars, "*"),
                    os.path.join(HERE, "Produce.java"), endpoint], check=True)
    produce_with_kcat(endpoint)
    broker = Broker(endpoint)
    wait_for_compaction(broker)

    save("api_versions_v0.bin", broker.ask(API_VERSIONS, 0, b""))
    for version in range(1, 8):
        save(f"metadata_v{version}.bin", broker.metadata(version, ["three", "no-such-topic", "empty"]))
    for version in range(1, 6):
        save(f"list_offsets_v{version}_end.bin", broker.list_offsets(version, "java-none", -1))
    save("list_offsets_v5_start.bin", broker.list_offsets(5, "java-none", -2))
    save("list_offsets_v5_unknown.bin", broker.list_offsets(5, "no-such-topic", -1))
    for version in range(4, 11):
        save(f"fetch_v{version}_batches.bin", broker.fetch(version, [("batches", 0, 0)]))
    topics = [f"{maker}-{codec}" for maker in ("java", "kcat") for codec in CODECS]
    for topic in topics + ["batches", "append-time", "transactions", "compacted"]:
        save(f"fetch_v11_{topic}.bin", broker.fetch(11, [(topic, 0, 0)]))
        save_expected(endpoint, topic)
    save("fetch_v11_several.bin", broker.fetch(11, [
        ("three", 0, 0), ("three", 2, 0), ("empty", 0, 0), ("three", 1, 0), ("batches", 0, 24)]))
    save("fetch_v11_errors.bin", broker.fetch(11, [
        ("java-none", 0, 1000), ("no-such-topic", 0, 0), ("three", 7, 0)]))
    save("fetch_v11_middle.bin", broker.fetch(11, [("batches", 0, 6)]))
    save("fetch_v11_cut.bin", broker.fetch(11, [("batches", 0, 0)], max_bytes=300))
    save("fetch_v11_committed.bin", broker.fetch(11, [("transactions", 0, 0)], isolation=1))
    save("fetch_v4_committed.bin", broker.fetch(4, [("transactions", 0, 0)], isolation=1))


if __name__ == "__main__":
    main()
