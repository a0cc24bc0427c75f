# SPDX-License-Identifier: MIT
# A handler module under kaffe run: example 11_module.
source "$KAFFE_SOURCE/tests/cli/program/program.sh"
start_mock greetings:4,answers
example 02_producer "$endpoints"
mkdir "$scratch/module"
cp "$KAFFE_SOURCE/examples/11_module.yaml" "$KAFFE_BUILD/examples/11_module.so" "$scratch/module"
KAFFE_ENDPOINTS=$endpoints "$kaffe" run "$scratch/module/11_module.yaml" >"$scratch/run" 2>&1 &
example_pid=$!
answered() {
    "$kaffe" consume -b "$endpoints" -t answers -e >"$scratch/answers" 2>"$scratch/consume"
    grep -q 'to you, too' "$scratch/answers"
}
until_true answered
stop_example TERM
