import { expect, test } from 'vitest'
import { readEnvironment } from './read-environment.ts'
import { effective, read } from './read-files.fixture.ts'
import { yamlDivergences } from './yaml-divergences.ts'

test('ECS: environment beats its files, secrets are references, lines are told', () => {
  const definition = {
    taskDefinition: {
      containerDefinitions: [
        {
          name: 'web',
          environment: [{ name: 'A', value: '1' }],
          environmentFiles: [{ value: 'arn:aws:s3:::b/f.env', type: 's3' }],
          secrets: [{ name: 'S', valueFrom: 'arn:s' }],
        },
      ],
    },
  }
  const files = {
    'task.json': JSON.stringify(definition, null, 1),
    'arn:aws:s3:::b/f.env': 'A=file\nB="q"\n',
  }
  const { bindings } = read(files, { named: ['task.json'] })
  expect(effective(bindings)).toEqual({ 'web A': '1', 'web B': '"q"', 'web S': '-> arn:s' })
  expect(bindings.find(({ key }) => key === 'S')?.location.line).toBeGreaterThan(10)
})

test('GitHub Actions: levels, references, environments and literal writes', () => {
  const workflow = `
on: push
env: { A: top, B: top }
jobs:
  deploy:
    environment: production
    env: { B: job, KEY: "\${{ secrets.KEY }}", V: "x-\${{ vars.V }}" }
    steps:
      - name: build
        env: { B: step }
        run: |
          echo "W=1" >> $GITHUB_ENV
          echo "D=$(date)" >> "$GITHUB_ENV"
  other: { environment: { name: staging }, env: { S: "1" } }
`
  const { bindings } = read({ '.github/workflows/d.yml': workflow })
  expect(effective(bindings, 'build')).toEqual({
    A: 'top',
    B: 'top',
    'deploy A': 'top',
    'deploy B': 'job',
    'deploy KEY': '-> secret/KEY',
    'deploy V': 'unknown',
    'deploy/build B': 'step',
    'deploy W': '1',
    'deploy D': 'unknown',
  })
})

test('scripts, Dockerfiles and Spring', () => {
  const files = {
    'env.sh':
      '#!/bin/sh\nLOCAL=1\nexport A=1\nexport B="$A-2"\nexport C=$(date)\nif x; then export D=1; fi\ncurl example\n',
    Dockerfile:
      'ARG V=1\nFROM node:24 AS base\nENV A=1 B="x y" \\\n  C=$A\nENV OLD old way\nFROM base AS run\nARG T\nENV D=${A}-${T:-t}\nRUN cat <<EOF\nENV NOT=1\nEOF\n',
    'application-production.yml': 'server:\n  port: 8080\nmy-app.list: [a, "${X:b}"]\n',
    'application.properties': 'server.port=80\nspring.data.name = a\\\n  b\n! no\n',
    'application-staging.yml': 'server.port: 1\n',
  }
  const { bindings, unread } = read(files)
  expect(unread).toEqual([])
  expect(effective(bindings)).toEqual({
    A: '1',
    B: '1-2',
    C: 'unknown',
    D: 'unknown',
    'base A': '1',
    'base B': 'x y',
    'base C': 'unknown',
    'base OLD': 'old way',
    'run D': '1-t',
    SERVER_PORT: '8080',
    MYAPP_LIST_0: 'a',
    MYAPP_LIST_1: 'unknown',
    SPRING_DATA_NAME: 'ab',
  })
  expect(effective(bindings, 'build')).toEqual({ V: '1', 'run T': 'unset' })
})

test('bad input is told with its place, and everything else is still read', () => {
  const cyclic = 'services:\n  a: &a\n    environment: {A: *a}\n'
  const bomb = `services:\n  x0: &x0 {environment: {A: "1"}}\n${Array.from({ length: 30 }, (_, n) => `  x${n + 1}: &x${n + 1} [*x${n}, *x${n}]\n`).join('')}`
  const { bindings, unread } = read({
    'broken.yaml': 'services:\n  a: [\n',
    'twice.yaml': 'services:\n  a: 1\n  a: 2\n',
    'cyclic.yaml': cyclic,
    'bomb.yaml': bomb,
    'bin.env': 'A=\0',
    'plan.json': '{"resource_changes": [',
    'x.unknown': '???',
    'deep.yaml': `services: ${'['.repeat(2_000)}`,
    '.env.production': 'GOOD=1\n',
  })
  expect(effective(bindings)).toEqual({ GOOD: '1' })
  expect(
    unread.map(({ location, reason }) => `${location.file}:${location.line} ${reason}`),
  ).toEqual([
    expect.stringMatching(/^broken\.yaml:\d This is not valid YAML/),
    'twice.yaml:3 A key is there twice.',
    'cyclic.yaml:3 An alias stands within its own anchor.',
    expect.stringMatching(/^bomb\.yaml:\d+ This YAML, with its aliases, is too large\.$/),
    'bin.env:1 The file is binary.',
    'plan.json:1 This is not valid JSON.',
    'x.unknown:1 This is not a kind of environment file that is known here; say which one it is.',
    expect.stringMatching(
      /^deep\.yaml:1 This YAML is nested too deeply\.|^deep\.yaml:1 This is not valid YAML/,
    ),
  ])
})

test('a hundred million characters are refused without being looked at', () => {
  const text = 'A=1\n'.repeat(25_000_000)
  const { bindings, unread } = readEnvironment([{ path: '.env', text }], 'p', () => undefined)
  expect([bindings.length, unread.length]).toEqual([0, 1])
})

test('scalars that YAML 1.1 reads otherwise are told, quoted ones are not', () => {
  const text =
    'a: on\nb: "on"\nc: 0123\nd: 12:30:45\ny: 1\ne: 1_000\nf: [no, 2024-01-02]\ng: 0\nh: 1e3\ni: 10:70\n'
  expect(
    yamlDivergences(text, 'f.yml').map(({ key, location }) => `${key} ${location.line}`),
  ).toEqual(['a 1', 'c 3', 'd 4', 'y 5', 'e 6', ' 7', ' 7', 'h 9'])
})
