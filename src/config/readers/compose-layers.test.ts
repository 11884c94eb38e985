import { expect, test } from 'vitest'
import { findEnvironments } from '../repository/find-environments.ts'
import { withoutBase, withoutIdleBases } from './compose-layers.ts'
import { effective, read } from './read-files.fixture.ts'

const base = 'services:\n  web: {image: w, environment: {A: "1", B: base}}\n  db: {image: d}\n'
const over = 'services:\n  web:\n    environment: {A: "2"}\n'

const placed = (...paths: string[]): Record<string, string[]> =>
  Object.fromEntries(
    findEnvironments(paths).environments.map(({ name, files }) => [
      name,
      files.map((file) => `${file.base === true ? 'base ' : ''}${file.path}`),
    ]),
  )

test('the plain Compose file beside one of an environment comes first, and may be its base', () => {
  expect(placed('a/compose.prod.yaml', 'a/compose.yaml', 'b/compose.yaml')).toEqual({
    local: ['a/compose.yaml', 'b/compose.yaml'],
    prod: ['base a/compose.yaml', 'a/compose.prod.yaml'],
  })
  expect(placed('docker-compose.override.yml', 'docker-compose.yml')).toEqual({
    local: ['docker-compose.yml', 'docker-compose.override.yml'],
  })
})

test('a base counts where a service above it cannot start by itself', () => {
  const files = [
    { path: 'compose.yaml', text: base, base: true },
    { path: 'compose.prod.yaml', text: over },
  ]
  expect(withoutIdleBases(files)).toEqual(files)
  expect(withoutBase(files)).toEqual([])
  const alone = [{ ...files[0]! }, { path: 'compose.prod.yaml', text: base }]
  expect(withoutIdleBases(alone)).toEqual([alone[1]])
  const { bindings, unread } = read({ 'compose.yaml': base, 'compose.prod.yaml': over })
  expect(effective(bindings)).toEqual({ 'web A': '2', 'web B': 'base' })
  expect(unread).toEqual([])
})

test('a file whose base is not there is told, at the service', () => {
  expect(read({ 'compose.prod.yaml': over }).unread).toEqual([
    { location: { file: 'compose.prod.yaml', line: 3 }, reason: expect.stringContaining('web') },
  ])
})
