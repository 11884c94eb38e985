import { expect, test } from 'vitest'
import { overriddenBindings } from './effective-bindings.ts'
import { effective, read } from './read-files.fixture.ts'

test('compose: environment beats env_file, the last file wins, references and bare names come from host and .env', () => {
  const files = {
    'deploy/compose.yml': `
x-common: &common
  environment: &env
    LOG: info
    SHARED: "1"
services:
  api:
    build: { context: ., args: { NODE: "24", FROM_HOST: } }
    env_file: [a.env, { path: b.env }, { path: none.env, required: false }, { path: raw.env, format: raw }]
    environment:
      <<: *env
      LOG: debug
      URL: "http://\${HOST:-local}:\${PORT}"
      MONEY: "$$5"
      NEEDED: \${NEEDED:?set it}
      INHERITED:
      NUMBER: 8080
      FLAG: true
  worker:
    extends: { file: base.yml, service: base }
    environment: [LIST=a=b, FROM_DOT, "EMPTY="]
`,
    'deploy/base.yml': 'services:\n  base:\n    environment: { LIST: old, BASE: "yes" }\n',
    'deploy/a.env': 'LOG=file\nONLY=a\nTWICE=a\n',
    'deploy/b.env': 'TWICE=b\nREF=${ONLY}-${LOG}\n',
    'deploy/raw.env': 'RAW="kept"\n',
    'deploy/.env': 'PORT=80\nFROM_DOT=dot\n',
  }
  const { bindings, unread } = read(files, {
    named: ['deploy/compose.yml'],
    host: { INHERITED: 'host', PORT: '81' },
  })
  expect(unread).toEqual([])
  expect(effective(bindings)).toEqual({
    'api LOG': 'debug',
    'api SHARED': '1',
    'api URL': 'http://local:81',
    'api MONEY': '$5',
    'api NEEDED': 'unknown',
    'api INHERITED': 'host',
    'api NUMBER': '8080',
    'api FLAG': 'true',
    'api ONLY': 'a',
    'api TWICE': 'b',
    'api REF': '-debug',
    'api RAW': '"kept"',
    'worker LIST': 'a=b',
    'worker BASE': 'yes',
    'worker FROM_DOT': 'dot',
    'worker EMPTY': '',
  })
  expect(effective(bindings, 'build')).toEqual({ 'api NODE': '24', 'api FROM_HOST': 'unset' })
  expect(overriddenBindings(bindings).map(({ key, value }) => [key, value?.reveal()])).toEqual([
    ['LOG', 'file'],
    ['TWICE', 'a'],
    ['LIST', 'old'],
  ])
  const log = bindings.find(({ key, value }) => key === 'LOG' && value?.reveal() === 'debug')
  expect(log?.location).toEqual({ file: 'deploy/compose.yml', line: 12 })
})

test('compose: without a host a reference that nothing answers is unknown, never empty', () => {
  const { bindings } = read({
    'compose.yml': 'services: {a: {environment: ["A=${X}", "B=${X:-d}", C]}}',
  })
  expect(effective(bindings)).toEqual({ 'a A': 'unknown', 'a B': 'd', 'a C': 'unknown' })
})

test('compose: circles and missing files are told', () => {
  const files = {
    'compose.yml':
      'include: [other.yml, none.yml]\nservices:\n  a: {extends: b, environment: {A: "1"}}\n  b: {extends: a}\n  c: {env_file: gone.env}\n',
    'other.yml': 'include: [compose.yml]\nservices: {o: {environment: {O: "1"}}}\n',
  }
  const { bindings, unread } = read(files, { named: ['compose.yml'] })
  expect(effective(bindings)).toMatchObject({ 'o O': '1', 'a A': '1' })
  expect(unread.map(({ reason }) => reason).toSorted()).toEqual([
    'A file that is included was not there to be read.',
    'The env_file of service c was not there to be read.',
    'The files include each other in a circle.',
    'The services extend each other in a circle.',
    'The services extend each other in a circle.',
  ])
})
