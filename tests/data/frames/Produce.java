/* SPDX-License-Identifier: MIT
 * Makes the topics that record.py records, and fills those that need Java's producer. Runs from its
 * source: java -cp 'kafka/libs/*' Produce.java HOST:PORT */
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class Produce {
    static final String[] CODECS = {"none", "gzip", "snappy", "lz4", "zstd"};
    static final long TIME = 1_700_000_000_000L;
    static String endpoint;

    public static void main(String[] arguments) throws Exception {
        endpoint = arguments[0];
        makeTopics();
        for (String codec : CODECS)
            produceShapes(codec);
        produceToAppendTime();
        produceTransactions();
        produceToCompacted();
    }

    static void makeTopics() throws Exception {
        List<NewTopic> topics = new ArrayList<>();
        for (String codec : CODECS) {
            topics.add(topic("java-" + codec, Map.of()));
            topics.add(topic("kcat-" + codec, Map.of()));
        }
        topics.add(topic("empty", Map.of()));
        topics.add(topic("batches", Map.of()));
        topics.add(topic("append-time", Map.of("message.timestamp.type", "LogAppendTime")));
        topics.add(topic("transactions", Map.of()));
        topics.add(topic("compacted", Map.of("cleanup.policy", "compact", "segment.ms", "50",
                "min.cleanable.dirty.ratio", "0.001", "min.compaction.lag.ms", "0")));
        topics.add(new NewTopic("three", 3, (short) 1));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", endpoint))) {
            admin.createTopics(topics).all().get();
        }
    }

    static NewTopic topic(String name, Map<String, String> configs) {
        /* The records' timestamps are of 2023: too old to be kept, or to share a segment with others. */
        Map<String, String> all = new HashMap<>(Map.of(
                "retention.ms", "-1", "segment.ms", "3000000000000"));
        all.putAll(configs);
        return new NewTopic(name, 1, (short) 1).configs(all);
    }

    /** Sends only when flushed, so that a flush is a batch. */
    static KafkaProducer<byte[], byte[]> producer(String codec, String transactionalId) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers", endpoint, "compression.type", codec, "linger.ms", 60000,
                "batch.size", 1_000_000));
        if (transactionalId != null)
            settings.put("transactional.id", transactionalId);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static ProducerRecord<byte[], byte[]> record(String topic, int number, String key, String value) {
        return new ProducerRecord<>(topic, 0, TIME + number, bytes(key), bytes(value));
    }

    /** Null and empty keys, values and header values; then enough text to be worth compressing. */
    static void produceShapes(String codec) {
        String topic = "java-" + codec;
        try (KafkaProducer<byte[], byte[]> producer = producer(codec, null)) {
            producer.send(record(topic, 0, "key", "value"));
            producer.send(record(topic, 1, null, "null key"));
            producer.send(record(topic, 2, "", "empty key"));
            producer.send(record(topic, 3, "null value", null));
            producer.send(record(topic, 4, "empty value", ""));
            producer.send(record(topic, 5, null, null));
            producer.send(record(topic, 6, "", ""));
            ProducerRecord<byte[], byte[]> headers = record(topic, 7, "headers", "four of them");
            headers.headers().add("name", bytes("one")).add("name", bytes("two"))
                    .add("empty", bytes("")).add("null", null);
            producer.send(headers);
            producer.flush();
            producer.send(record(topic, 8, "alone", "in its batch"));
            producer.flush();
            for (int i = 0; i < 100; i++)
                producer.send(record(topic, 10 + i, "key " + i % 7, "the same old text, number " + i));
        }
    }

    static void produceToAppendTime() {
        try (KafkaProducer<byte[], byte[]> producer = producer("lz4", null)) {
            for (int i = 0; i < 5; i++)
                producer.send(record("append-time", 1000 * i, "key", "value " + i));
        }
    }

    /** Two producers whose transactions overlap; one commits, one aborts, then the other way round. */
    static void produceTransactions() {
        try (KafkaProducer<byte[], byte[]> a = producer("none", "a");
                KafkaProducer<byte[], byte[]> b = producer("zstd", "b");
                KafkaProducer<byte[], byte[]> plain = producer("none", null)) {
            a.initTransactions();
            b.initTransactions();
            for (int round = 0; round < 2; round++) {
                a.beginTransaction();
                b.beginTransaction();
                for (int i = 0; i < 3; i++) {
                    a.send(record("transactions", i, "a", "round " + round + ", number " + i));
                    b.send(record("transactions", i, "b", "round " + round + ", number " + i));
                }
                a.flush();
                b.flush();
                plain.send(record("transactions", 9, "plain", "round " + round));
                plain.flush();
                if (round == 0) {
                    a.commitTransaction();
                    b.abortTransaction();
                } else {
                    a.abortTransaction();
                    b.commitTransaction();
                }
            }
        }
    }

    /** Leaves gaps in a batch, a batch with one record, and an emptied one. */
    static void produceToCompacted() {
        produceKeys(0, "none", "a", "b", "c", "d", "e");
        produceKeys(1, "none", "x", "y"); /* all overwritten, and its producer's last batch */
        produceKeys(2, "lz4", "b", "d", "a");
        produceKeys(3, "none", "x", "y", "a");
        produceKeys(4, "none", "last");
    }

    /** Each a second later, so that it begins a segment, and the one before may be compacted. */
    static void produceKeys(int second, String codec, String... keys) {
        try (KafkaProducer<byte[], byte[]> producer = producer(codec, null)) {
            for (String key : keys)
                producer.send(record("compacted", 1000 * second, key, "value of " + key));
        }
    }
}
