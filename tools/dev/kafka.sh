# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A real single-node Apache Kafka that belongs to this checkout: its state is in build/kafka, its data
# on tmpfs where there is one. It is stopped by its pid file, never by name.
kafka_state=$root/build/kafka
kafka_version=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' tools/kafka/pom.xml)
kafka_cache=${KAFFE_TEST_CACHE:-${XDG_CACHE_HOME:-${HOME:-$root/build}/.cache}/kaffe}
kafka_jars=$kafka_cache/kafka-$kafka_version

# What its clients may get wrong: each listener shows another certificate, or asks for another login.
# KAFFE_TEST_SECURITY names this folder: certificates, and in `endpoints` a line NAME=host:port each.
kafka_security=$kafka_state/security
kafka_listeners=(SSL MUTUAL SASL_SSL SASL_PLAINTEXT EXPIRED ELSEWHERE FOREIGN ALONE)

kafka_needs=(default-jre-headless=java openssl=openssl)
[ -d "$kafka_jars" ] || kafka_needs+=(maven=mvn)

kafka_command() {
    mkdir -p "$kafka_state"
    exec 9>"$kafka_state/lock"
    flock 9
    case ${1:-} in
    start) kafka_start ;;
    stop) kafka_stop ;;
    status) kafka_status ;;
    *) die "usage: ./dev kafka start|stop|status" ;;
    esac
}

# Our own process: the pid file's number, and still the one that was given our configuration.
kafka_pid() {
    local pid
    pid=$(cat "$kafka_state/pid" 2>/dev/null) || return 1
    { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null |
        grep -xF "$kafka_state/server.properties" >/dev/null || return 1
    printf '%s\n' "$pid"
}

kafka_running() {
    kafka_pid >/dev/null
}

kafka_status() {
    if kafka_running; then
        cat "$kafka_state/endpoint"
    else
        printf 'no Kafka runs in this checkout\n'
        return 1
    fi
}

kafka_start() {
    if ! kafka_running; then
        need "${kafka_needs[@]}"
        kafka_fetch_jars
        kafka_launch
    fi
    kafka_wait
    cat "$kafka_state/endpoint"
}

kafka_fetch_jars() {
    [ -d "$kafka_jars" ] && return
    say "fetching Apache Kafka $kafka_version through Maven into $kafka_jars"
    mkdir -p "$kafka_cache"
    local fresh
    fresh=$(mktemp -d "$kafka_cache/fetch.XXXXXX")
    mvn -q -B -f tools/kafka/pom.xml dependency:copy-dependencies -DoutputDirectory="$fresh" \
        >"$kafka_state/maven.log" 2>&1 9>&- ||
        { tail -n 20 "$kafka_state/maven.log" >&2; rm -rf "$fresh"; die "maven: see $kafka_state/maven.log"; }
    chmod 755 "$fresh"
    # Another checkout may have been faster; its jars are the same.
    mv -T "$fresh" "$kafka_jars" 2>/dev/null || rm -rf "$fresh"
}

# Below the range that the kernel hands out to outgoing connections, and not listened on.
kafka_free_port() {
    local port
    while :; do
        port=$((15000 + RANDOM % 15000))
        ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    done
    printf '%d\n' "$port"
}

# kafka_take_port VARIABLE: one that none of those before has. The caller's `taken` remembers them.
kafka_take_port() {
    local candidate
    candidate=$(kafka_free_port)
    while [[ $taken == *" $candidate "* ]]; do candidate=$(kafka_free_port); done
    taken+="$candidate "
    printf -v "$1" '%s' "$candidate"
}

kafka_java() {
    java "$@" 9>&-
}

kafka_launch() {
    local port controller data listener listener_port taken=' '
    kafka_remove_data
    tools/kafka/certificates.sh "$kafka_security"
    kafka_take_port port
    kafka_take_port controller
    for listener in "${kafka_listeners[@]}"; do
        kafka_take_port listener_port
        printf '%s=127.0.0.1:%d\n' "$listener" "$listener_port"
    done >"$kafka_security/endpoints"
    data=$(mktemp -d /dev/shm/kaffe-kafka.XXXXXX 2>/dev/null || mktemp -d "$kafka_state/data.XXXXXX")
    printf '%s\n' "$data" >"$kafka_state/data"
    printf '127.0.0.1:%d\n' "$port" >"$kafka_state/endpoint"
    {
        kafka_properties "$port" "$controller" "$data"
        kafka_security_properties
    } >"$kafka_state/server.properties"

    local -a java=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$kafka_jars/*")
    local cluster
    cluster=$(kafka_java "${java[@]}" kafka.tools.StorageTool random-uuid 2>/dev/null)
    kafka_java "${java[@]}" kafka.tools.StorageTool format -t "$cluster" \
        --add-scram 'SCRAM-SHA-256=[name=alice,password=alice-secret]' \
        --add-scram 'SCRAM-SHA-512=[name=alice,password=alice-secret]' \
        -c "$kafka_state/server.properties" >"$kafka_state/format.log" 2>&1 ||
        { tail -n 20 "$kafka_state/format.log" >&2; die "kafka: see $kafka_state/format.log"; }
    setsid java -Xmx512m "${java[@]}" kafka.Kafka "$kafka_state/server.properties" \
        >"$kafka_state/log" 2>&1 </dev/null 9>&- &
    printf '%d\n' "$!" >"$kafka_state/pid"
}

# Short waits where a default would only make tests slow; no limit is widened.
kafka_properties() {
    cat <<TEXT
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$2
listeners=PLAINTEXT://127.0.0.1:$1,CONTROLLER://127.0.0.1:$2$(kafka_listener_list)
advertised.listeners=PLAINTEXT://127.0.0.1:$1$(kafka_listener_list)
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT$(kafka_protocol_list)
controller.listener.names=CONTROLLER
log.dirs=$3
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=5
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.initial.task.delay.ms=500
log.cleaner.backoff.ms=500
log.cleaner.dedupe.buffer.size=16777216
log.index.size.max.bytes=1048576
log.retention.check.interval.ms=1000
log.segment.delete.delay.ms=1000
TEXT
}

kafka_listener_list() {
    sed 's|^\([A-Z_]*\)=\(.*\)|,\1://\2|' "$kafka_security/endpoints" | tr -d '\n'
}

kafka_protocol_list() {
    local listener
    for listener in "${kafka_listeners[@]}"; do
        case $listener in
        SASL_*) printf ',%s:%s' "$listener" "$listener" ;;
        *) printf ',%s:SSL' "$listener" ;;
        esac
    done
}

# kafka_tls LISTENER CERTIFICATE: what it shows.
kafka_tls() {
    local prefix=listener.name.$1.ssl
    printf '%s.keystore.type=PEM\n%s.keystore.location=%s\n' \
        "$prefix" "$prefix" "$kafka_security/$2.store"
    printf '%s.truststore.type=PEM\n%s.truststore.location=%s\n' \
        "$prefix" "$prefix" "$kafka_security/ca.pem"
}

# kafka_sasl LISTENER: alice logs in by a password or a challenge, anybody by an unsigned token.
kafka_sasl() {
    local prefix=listener.name.$1 module=org.apache.kafka.common.security
    printf '%s.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER\n' "$prefix"
    printf '%s.plain.sasl.jaas.config=%s.plain.PlainLoginModule required user_alice="alice-secret";\n' \
        "$prefix" "$module"
    printf '%s.%s.sasl.jaas.config=%s.scram.ScramLoginModule required;\n' \
        "$prefix" scram-sha-256 "$module" "$prefix" scram-sha-512 "$module"
    printf '%s.oauthbearer.sasl.jaas.config=%s.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="kafka";\n' \
        "$prefix" "$module"
    # Short, so that a test sees a login again.
    printf '%s.oauthbearer.connections.max.reauth.ms=3000\n' "$prefix"
}

kafka_security_properties() {
    kafka_tls ssl server
    kafka_tls mutual server
    printf 'listener.name.mutual.ssl.client.auth=required\n'
    kafka_tls sasl_ssl server
    kafka_sasl sasl_ssl
    kafka_sasl sasl_plaintext
    kafka_tls expired expired
    kafka_tls elsewhere elsewhere
    kafka_tls foreign foreign
    kafka_tls alone alone
}

# A broker answers when its metadata names a broker: it is registered and no longer fenced.
kafka_answers() {
    local answer
    answer=$({
        printf '\0\0\0\016\0\003\0\001\0\0\0\001\377\377\0\0\0\0' >&3
        timeout 2 head -c 12 <&3 | od -An -tx1 | tr -d ' \n'
    } 2>/dev/null 3<>"/dev/tcp/${1/://}") || return 1
    [ "${answer:16}" = 00000001 ]
}

kafka_wait() {
    local endpoint deadline=$((SECONDS + 90))
    endpoint=$(cat "$kafka_state/endpoint")
    until kafka_answers "$endpoint"; do
        # Not kafka_pid: what was just forked may not have become java yet.
        if ! kill -0 "$(cat "$kafka_state/pid")" 2>/dev/null || ((SECONDS > deadline)); then
            tail -n 20 "$kafka_state/log" >&2
            kafka_stop
            die "kafka: no answer on $endpoint; see $kafka_state/log"
        fi
        sleep 0.2
    done
}

kafka_stop() {
    local pid tries=0
    if pid=$(kafka_pid); then
        kill "$pid"
        while kafka_running; do
            ((++tries < 100)) || kill -KILL "$pid" 2>/dev/null || true
            sleep 0.1
        done
    fi
    rm -f "$kafka_state/pid" "$kafka_state/endpoint"
    kafka_remove_data
}

kafka_remove_data() {
    [ -f "$kafka_state/data" ] || return 0
    rm -rf -- "$(cat "$kafka_state/data")"
    rm -f "$kafka_state/data"
}
