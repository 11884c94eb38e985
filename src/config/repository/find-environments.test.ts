import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'

import { environmentKind } from './environment-kind.ts'
import { findEnvironments } from './find-environments.ts'
import { loadEnvironments } from './load-environments.ts'
import { planEnvironments } from './plan-environments.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

const found = (...files: string[]): Record<string, string[]> =>
  Object.fromEntries(
    findEnvironments(files).environments.map(({ name, files: own }) => [
      name,
      own.map(({ path }) => path),
    ]),
  )

describe('environmentKind', () => {
  test.each([
    ['production', 'production'], ['prod-eu-1', 'production'], ['live', 'production'], ['PRD', 'production'],
    ['pre-production', 'staging'], ['preprod', 'staging'], ['non-prod', 'staging'], ['stage2', 'staging'],
    ['production-test', 'test'], ['dev', 'development'], ['product', 'other'], ['h2', 'other'], ['', 'other'],
  ])('%s is %s', (name, kind) => expect(environmentKind(name)).toBe(kind)) // prettier-ignore
})

describe('findEnvironments', () => {
  test.each([
    ['.env.production', 'production'],
    ['.env.production.local', 'production'],
    ['apps/web/.env.staging', 'staging'],
    ['prod.env', 'prod'],
    ['env.prod', 'prod'],
    ['.envs/.production/.django', undefined],
    ['.envs/.production/app.env', 'production'],
    ['deploy/prod/app.env', 'prod'],
    ['deploy/staging/web.yaml', 'staging'],
    ['environments/acme/app.yaml', 'acme'],
    ['compose.prod.yaml', 'prod'],
    ['docker-compose-staging.yml', 'staging'],
    ['docker/production/compose.yml', 'production'],
    ['compose.yaml', 'local'],
    ['.env', 'local'],
    ['prod.tfplan.json', 'prod'],
    ['task-definition.staging.json', 'staging'],
    ['src/main/resources/application-prod.yml', 'prod'],
    ['src/main/resources/application-h2.yml', undefined],
    ['.env.example', undefined],
    ['.env.production.example', undefined],
    ['src/env.ts', undefined],
    ['docker-compose.gpu.yml', undefined],
    ['docs/deploy/prod/app.env', undefined],
    ['test/fixtures/.env.production', undefined],
    ['queue-kafka.env', undefined],
  ])('%s belongs to %s', (path, name) => {
    expect(Object.keys(found(path))).toEqual(name === undefined ? [] : [name])
  })

  test('what all Spring profiles share comes first, and local files last', () => {
    expect(
      found('.env.prod.local', 'a/application-prod.yml', 'a/application.yml', '.env.prod'),
    ).toEqual({
      prod: ['a/application.yml', 'a/application-prod.yml', '.env.prod', '.env.prod.local'],
    })
  })

  test('what has to be rendered first is told', () => {
    const { environments, notRecognised } = findEnvironments([
      'chart/values-prod.yaml',
      'overlays/prod/kustomization.yaml',
      'overlays/prod/patch.yaml',
    ])
    expect(environments).toEqual([])
    expect(notRecognised.map(({ path }) => path)).toEqual([
      'chart/values-prod.yaml',
      'overlays/prod/kustomization.yaml',
    ])
  })

  test('names without end cost no time', () => {
    const spent = cpuClock()
    findEnvironments(Array.from({ length: 20_000 }, (_, at) => `${'env-.'.repeat(150)}${at}.yaml`))
    expect(spent()).toBeLessThan(2000)
  })
})

test('planEnvironments: told, else the contract, else by convention', () => {
  const names = (...given: Parameters<typeof planEnvironments>): string[] =>
    planEnvironments(...given).plans.map(({ name }) => name)
  const contract = { version: 1 as const, environments: { live: { files: ['a.env'] } } }
  expect(names(['x=a,b', '.env.staging', 'odd.txt'], contract, [])).toEqual(['x', 'staging', 'odd'])
  expect(names([], contract, ['.env.prod'])).toEqual(['live'])
  expect(names([], undefined, ['.env.prod'])).toEqual(['prod'])
})

describe('loadEnvironments', () => {
  const folder = mkdtempSync(join(tmpdir(), 'environments-'))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('components apart, symbolic links not followed out, what is not there told', () => {
    const root = join(folder, 'root')
    mkdirSync(join(root, 'apps/web'), { recursive: true })
    mkdirSync(join(root, 'apps/api'), { recursive: true })
    writeFileSync(join(folder, 'outside.env'), 'SECRET=1')
    symlinkSync(join(folder, 'outside.env'), join(root, 'link.env'))
    writeFileSync(join(root, 'apps/web/.env.prod'), 'PORT=1')
    writeFileSync(join(root, 'apps/api/.env.prod'), 'PORT=2')
    writeFileSync(
      join(root, 'compose.yaml'),
      'services: {web: {image: x, env_file: apps/web/.env.prod}}',
    )
    const files = [
      'apps/web/.env.prod',
      'apps/api/.env.prod',
      'link.env',
      'gone.env',
      'apps',
      'compose.yaml',
    ]
    const [loaded] = loadEnvironments(
      root,
      [{ name: 'prod', files: files.map((path) => ({ path })) }],
      ['apps/web/package.json', 'apps/api/package.json'],
    )
    expect(loaded!.kind).toBe('production')
    expect(loaded!.bindings.map(({ component, key }) => `${component} ${key}`)).toEqual([
      'apps/web PORT',
      'apps/api PORT',
      'web PORT',
    ])
    expect(loaded!.unread.map(({ location }) => location.file)).toEqual([
      'link.env',
      'gone.env',
      'apps',
    ])
    expect(loaded!.files.find(({ path }) => path === 'apps/web/.env.prod')!.readers).toEqual([
      'compose',
    ])
    expect(
      loadEnvironments(root, [
        { name: 'x', production: true, files: [{ path: '../outside.env', anywhere: true }] },
      ])[0],
    ).toMatchObject({ kind: 'production', bindings: [{ key: 'SECRET' }], unread: [] })
  })
})
