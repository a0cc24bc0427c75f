# SPDX-License-Identifier: MIT
# A row that is missing, twice or without a test, and a test that is not there, are refused.
source "$KAFFE_SOURCE/tests/cli/gate/planted.sh"
mkdir -p docs tests/unit tests/cli
echo 'static void a_thing_holds(void **state)' >tests/unit/test_thing.c
echo '# holds' >tests/cli/a_script.sh

# guide ROW: seventy-nine rows, and this one.
guide() {
    {
        echo '| # | what holds here | shown by |'
        echo '| --- | --- | --- |'
        for row in {2..80}; do echo "| R$row | holds | \`unit.test_thing\` |"; done
        printf '%s\n' "$1"
    } >docs/from-elixir.md
}

guide '| R1 | holds | `unit.test_thing: a_thing_holds`, `cli.a_script` |'
passes guide
guide ''
refuses guide "R1 is missing"
guide '| R2 | holds | `unit.test_thing` |'
refuses guide "R2 stands there twice"
guide '| R81 | holds | `unit.test_thing` |'
refuses guide "R81 is none of"
guide '| R1 | holds | |'
refuses guide "R1 names no test"
for name in unit.test_nothing 'unit.test_thing: another' 'unit.test_thing: a_thing' cli.another 'cli.a_script: a_thing_holds'; do
    guide "| R1 | holds | \`$name\` |"
    refuses guide "no test $name"
done
guide '| L29 | a line of its own | `cli.another` |'
refuses guide "no test cli.another"
rm docs/from-elixir.md
refuses guide "docs/from-elixir.md"
