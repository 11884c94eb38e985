/** Keys that are not written where they are looked up: tables, records, enums, and loops over the whole environment. */
import { expect, test } from 'vitest'
import { keysOf } from './config-scan/keys-of.ts'

test('Go: the environment held against tables, cases and prefixes, and records that are looked up', async () => {
  const keys = await keysOf({
    'config/options.go': `package config
type options struct { table map[string]*option }
func defaults() *options { return &options{table: map[string]*option{"TABLE_ONE": {}, "TABLE_TWO": {}}} }
var records = []record{{name: "a", env: "RECORD_ONE"}, {"b", "RECORD_TWO"}}
type record struct { name, env string }
var unused = map[string]string{"NOT_ONE": "", "NOT_TWO": ""}`,
    'config/parse.go': `package config
import ("os"; "strings")
type parser struct { o *options }
func (p *parser) all() { p.lines(os.Environ()) }
func (p *parser) lines(lines []string) {
	for _, line := range lines {
		key, value, _ := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		p.line(key, value)
	}
}
func (p *parser) line(key, value string) {
	_, ok := p.o.table[key]
	switch key { case "CASE_ONE", "CASE_TWO": use(value) }
	if strings.HasPrefix(key, "PREFIX_") { use(value) }
}
func more() {
	for _, r := range records { os.Getenv(r.env) }
	first("FIRST_ONE", "FIRST_TWO")
}
func first(names ...string) string { for _, n := range names { if v := os.Getenv(n); v != "" { return v } }; return "" }`,
  })
  expect(keys).toEqual([
    'CASE_ONE', 'CASE_TWO', 'FIRST_ONE', 'FIRST_TWO', 'PREFIX_*', 'RECORD_ONE', 'RECORD_TWO', 'TABLE_ONE', 'TABLE_TWO',
  ]) // prettier-ignore
})

test('Python: tables, records, named tuples and enums, in the file and out of it', async () => {
  const keys = await keysOf({
    'app/tables.py': `
TABLE = {"TABLE_ONE": int, "TABLE_TWO": str}
RECORDS = [{"name": "a", "env": "RECORD_ONE"}, {"name": "b", "env": "RECORD_TWO"}]
UNUSED = {"NOT_ONE": 1}
`,
    'app/read.py': `
import os
from enum import Enum
from typing import NamedTuple
from .tables import TABLE, RECORDS
for key, value in os.environ.items():
    if key in TABLE or key.startswith("PREFIX_"):
        use(value)
    if key not in ("NOT_TWO",) and value == "NOT_THREE":
        use(value)
for record in RECORDS:
    os.getenv(record["env"], record["name"])
class Option(NamedTuple):
    name: str
    env: str
for option in [Option("a", "TUPLE_ONE"), Option("b", env="TUPLE_TWO")]:
    os.environ.get(option.env)
class Key(Enum):
    ONE = "ENUM_ONE"
    TWO = "ENUM_TWO"
values = {key: os.environ.get(key.value) for key in Key}
def load(env=os.environ):
    return env["PARAMETER_ONE"]
`,
  })
  expect(keys).toEqual([
    'ENUM_ONE', 'ENUM_TWO', 'PARAMETER_ONE', 'PREFIX_*', 'RECORD_ONE', 'RECORD_TWO', 'TABLE_ONE', 'TABLE_TWO',
    'TUPLE_ONE', 'TUPLE_TWO',
  ]) // prettier-ignore
})

test('JavaScript: tables and records, in the file and out of it, and a proxy of the environment', async () => {
  const keys = await keysOf({
    'src/tables.ts': `
export const records = [{ name: 'a', env: 'RECORD_ONE' }, { name: 'b', env: 'RECORD_TWO' }] as const
export const names = { port: 'NAMED_PORT', host: 'NAMED_HOST' }
export const unused = { NOT_ONE: 1, NOT_TWO: 2 }
`,
    'src/read.ts': `
import { names, records } from './tables'
const out: Record<string, unknown> = {}
for (const record of records) out[record.name] = process.env[record.env]
for (const [field, key] of Object.entries(names)) out[field] = process.env[key]
const table = { TABLE_ONE: Number, TABLE_TWO: String }
for (const [key, value] of Object.entries(process.env)) if (key in table) out[key] = value
Object.keys(process.env).forEach((key) => { if (key.startsWith('PREFIX_')) out[key] = 1 })
const fields = { port: { env: 'FIELD_PORT' }, host: { env: 'FIELD_HOST' } }
for (const name in fields) out[name] = process.env[fields[name].env]
const secrets = new Proxy(process.env, { get: (all, key) => read(all[String(key) + '_FILE']) ?? all[String(key)] })
export const secret = secrets.PROXY_SECRET
`,
  })
  expect(keys).toEqual([
    'FIELD_HOST', 'FIELD_PORT', 'NAMED_HOST', 'NAMED_PORT', 'PREFIX_*', 'PROXY_SECRET', 'RECORD_ONE', 'RECORD_TWO',
    'TABLE_ONE', 'TABLE_TWO',
  ]) // prettier-ignore
})

test('scripts without an ending, supervisord and systemd', async () => {
  const keys = await keysOf({
    'svc/run': '#!/command/with-contenv bash\n[[ -n "${SHELL_KEY}" ]] && exec x\n',
    'bin/tool': '#!/usr/bin/env -S python3 -u\nimport os\nos.environ["PYTHON_KEY"]\n',
    'bin/other': 'no script: ${NOT_ONE}\n',
    'supervisord.conf': '[program:x]\ncommand=x --port %(ENV_SUPERVISOR_PORT)s\n',
    'x.service':
      "[Service]\nEnvironment=UNIT_PORT=80\nExecStart=/bin/sh -c 'x ${UNIT_PORT} $UNIT_HOST $$NOT_TWO'\n",
    Dockerfile: 'FROM x\nARG PACKAGES="\\\n  curl \\\n  # a comment\n  gosu"\n',
  })
  expect(keys).toEqual([
    'PACKAGES', 'PYTHON_KEY', 'SHELL_KEY', 'SUPERVISOR_PORT', 'UNIT_HOST', 'UNIT_PORT',
  ]) // prettier-ignore
})

test('names that a pipeline or a chart sets itself are not read', async () => {
  const keys = await keysOf({
    '.woodpecker/a.yaml':
      "steps:\n  - commands:\n      - 'DIFF=$(git diff)'\n      - '[ -n \"$DIFF\" ]'\n      - echo $GIVEN_KEY\n",
    '.github/workflows/a.yml':
      'jobs:\n  a:\n    steps:\n      - run: |\n          echo "MADE_TAGS=1" | tee -a "$GITHUB_ENV"\n      - run: echo ${{ env.MADE_TAGS }} ${{ vars.WANTED_KEY }}\n',
    'chart/templates/a.yaml': 'a: {{ if hasKey .Values.env "CHART_KEY" }}1{{ end }}\n',
  })
  expect(keys).toEqual(['GIVEN_KEY', 'WANTED_KEY'])
})
