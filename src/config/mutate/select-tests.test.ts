import { expect, it } from 'vitest'
import { selectTests } from './select-tests.ts'

const scripts = {
  test: 'vitest run',
  unit: 'node --test',
  both: 'tsc && vitest',
  some: 'mocha test/*.js',
}
const selected = (command: string, files = ['test/a.test.js']): string | undefined => {
  const selection = selectTests(command.split(' '), files, scripts)
  return selection && `${selection.command.join(' ')}${selection.isolated ? '' : ' (shared)'}`
}

it.each([
  ['node --test', 'node --test test/a.test.js'],
  ['node --test --test-name-pattern x test/', 'node --test --test-name-pattern x test/a.test.js'],
  ['npx vitest run --reporter dot src', 'npx vitest run --reporter dot test/a.test.js'],
  [
    'node node_modules/vitest/vitest.mjs run',
    'node node_modules/vitest/vitest.mjs run test/a.test.js',
  ],
  ['jest --ci', 'jest --ci --runTestsByPath test/a.test.js'],
  ['mocha -r esm test', 'mocha -r esm test/a.test.js (shared)'],
  ['pytest -q tests', 'pytest -q test/a.test.js (shared)'],
  ['python3 -m unittest', 'python3 -m unittest test/a.test.js (shared)'],
  ['npm test', 'npm test -- test/a.test.js'],
  ['npm run unit', 'npm run unit -- test/a.test.js'],
  ['yarn test', 'yarn test test/a.test.js'],
])('%s takes files', (command, expected) => {
  expect(selected(command)).toBe(expected)
})

it.each([
  'sh -c x',
  'make test',
  'python -m unittest discover -s x',
  'node --test --unknown maybe-a-value',
  'npm run both',
  'npm run some',
  'npm run absent',
  'npm run constructor',
  'vitest watch',
])('%s stays whole', (command) => {
  expect(selected(command)).toBeUndefined()
})

it('takes no file that could be an option or a pattern', () => {
  for (const file of ['--eval=x', 'test/[id].test.js', 'test/a b.js', '']) {
    expect(selected('node --test', [file])).toBeUndefined()
  }
  expect(selected('node --test', [])).toBeUndefined()
})
