import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { declarationsIn, mayDeclare } from './declarations-in.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

function told(path: string, text: string): string[] {
  expect(mayDeclare(path)).toBe(true)
  return declarationsIn(path, text).map((one) =>
    [
      `${one.kind} ${one.key}@${one.location.line}`,
      one.default && `=${one.default}`,
      one.example && '*',
      one.required && '!',
    ]
      .filter(Boolean)
      .join(''),
  )
}

test('sample files: commented keys count, prose does not', () => {
  const text =
    '# Where it listens\nPORT=80\n# KEY=secret\n#SECOND=\nexport THIRD="a b" # x\n# set it like this: A=1\n\nMULTI="a\nNOT=1\n"\nLAST=\n'
  expect(told('app/.env.example', text)).toEqual([
    'sample PORT@2*', 'sample KEY@3*', 'sample SECOND@4', 'sample THIRD@5*', 'sample MULTI@8*', 'sample LAST@11',
  ]) // prettier-ignore
  const [port, , , third] = declarationsIn('app/.env.example', text)
  expect(port).toMatchObject({ component: 'app', comment: 'Where it listens' })
  expect(third!.example!.reveal()).toBe('a b')
})

test('no example is printed by accident', () => {
  const found = declarationsIn('.env.sample', 'KEY=sk_live_abcdef\n')
  expect(JSON.stringify(found) + inspect(found, { depth: 9 })).not.toContain('sk_live')
})

test('names of sample files', () => {
  for (const path of [
    '.env.sample',
    '.env.prod.example',
    'a/.env.example.complete',
    '.env.template',
    '.env.dist',
    'env.example',
    '.env.schema',
  ])
    expect(declarationsIn(path, 'A_KEY=1')).toHaveLength(1)
  for (const path of ['.env', '.env.local', '.env.production', 'environment.example.txt'])
    expect(declarationsIn(path, 'A_KEY=1')).toEqual([])
})

test('documents: tables with their columns, code, lists; no words in upper case', () => {
  const text = [
    '| Variable | Description | Required | Default |', '|---|---|---|---|', '| `PORT` | where | yes | `80` |', '| DB_URL | the base | no | - |',
    '| HTTP | a word | | |', '', '- `API_KEY`: of the shop', '- NOTE: nothing', '```sh', 'export SMTP_HOST=x', 'docker run -e A_FLAG=1 i', '```', 'Text NOT_THIS=1',
  ].join('\n') // prettier-ignore
  expect(told('docs/a.md', text)).toEqual([
    'documentation PORT@3=80!', 'documentation DB_URL@4', 'documentation API_KEY@7', 'documentation SMTP_HOST@10*', 'documentation A_FLAG@11*',
  ]) // prettier-ignore
})

test('compose, Kubernetes, Helm values, CI', () => {
  expect(
    told(
      'compose.yml',
      'services:\n  a:\n    environment:\n      A_B: 1\n  b:\n    environment:\n      - C_D=2\n    labels:\n      X_Y: 1\n',
    ),
  ).toEqual(['compose A_B@4*', 'compose C_D@7*'])
  const pod =
    'kind: Deployment\nspec:\n  containers:\n    - name: web\n      env:\n        - name: A_B\n          value: "1"\n        - name: C_D\n          valueFrom: {}\n---\nkind: ConfigMap\ndata:\n  E_F: x\n'
  expect(told('k8s/a.yaml', pod)).toEqual([
    'kubernetes A_B@6*',
    'kubernetes C_D@8',
    'kubernetes E_F@13*',
  ])
  expect(
    told(
      'chart/values.yaml',
      'web:\n  extraEnv:\n    - name: A_B\n      value: 1\n  env:\n    C_D: x\n',
    ),
  ).toEqual(['helm A_B@3*', 'helm C_D@6*'])
  expect(told('.github/workflows/a.yml', 'env:\n  A_B: 1\n')).toEqual(['ci A_B@2*'])
})

test('JSON and TOML of platforms, settings of .NET and Spring', () => {
  expect(
    told(
      'app.json',
      '{\n "env": {\n "A_B": {"required": true, "description": "d"},\n "C_D": "x" } }',
    ),
  ).toEqual(['platform A_B@3!', 'platform C_D@4*'])
  expect(
    told(
      'turbo.json',
      '{ // c\n "globalEnv": ["A_B"],\n "tasks": {"build": {"env": ["C_D", "!E"],}} }',
    ),
  ).toEqual(['platform A_B@2', 'platform C_D@3'])
  expect(told('appsettings.json', '{"Http": {"Port": 80}}')).toEqual(['settings Http__Port@1*'])
  expect(told('application.yml', 'server:\n  port: 80\nmy-app:\n  max-size: 3 # x\n')).toEqual([
    'settings SERVER_PORT@2*',
    'settings MYAPP_MAXSIZE@4*',
  ])
  expect(told('application.properties', 'a.b-c=1\n')).toEqual(['settings A_BC@1*'])
  expect(told('fly.toml', '[env]\nA_B = "1"\n[http]\nC_D = 1\n')).toEqual(['platform A_B@2*'])
  expect(told('Dockerfile', 'ARG A_B=1\nENV C_D=2 E_F=$X\n')).toEqual([
    'image A_B@1=1',
    'image C_D@2=2',
    'image E_F@2',
  ])
  expect(
    told(
      'meta/spring-configuration-metadata.json',
      '{"properties":[{"name":"a.b-c","defaultValue":3,"description":"d"}]}',
    ),
  ).toEqual(['schema A_BC@1=3'])
})

test('broken and hostile texts give nothing, soon', () => {
  expect(declarationsIn('app.json', '{"env": {')).toEqual([])
  const spent = cpuClock()
  for (const path of ['.env.example', 'a.md', 'compose.yml', 'turbo.json', 'Dockerfile'])
    for (const text of [
      '|'.repeat(200_000),
      '[{"a":'.repeat(50_000),
      'A_B="\n'.repeat(50_000),
      ' - a:'.repeat(50_000),
    ])
      declarationsIn(path, text)
  expect(spent()).toBeLessThan(5000)
})
