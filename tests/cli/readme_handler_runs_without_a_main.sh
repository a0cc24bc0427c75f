# SPDX-License-Identifier: MIT
# README: what its C sample does, by a configuration file and a handler module; and from the shell.
source "$KAFFE_SOURCE/tests/cli/readme/readme.sh"
installed
export PATH=$prefix/bin:$PATH
cd "$shown"
ls "$shown/kaffe.yaml" "$shown/handler.c" "$shown/run.sh" "$shown/shell.sh"
start_mock greetings:4
bash -euo pipefail <(sed "s/localhost:9092/$endpoints/" shell.sh) >"$scratch/shell"
diff <(sort "$scratch/shell") <(printf '%s\n' 'en: hello' 'sv: hej')

bash -euo pipefail <(grep '^cc ' run.sh)
grep -q '^kaffe run kaffe.yaml  ' run.sh
second=$(grep -o 'kaffe run kaffe.yaml --workers 4' run.sh)
KAFFE_ENDPOINTS=$endpoints $second >"$scratch/run" 2>"$scratch/run.log" &
example_pid=$!
until_true has_lines 2 "$scratch/run"
stop_example INT
diff <(sort "$scratch/run") <(sort "$scratch/shell")
