import type { Phase } from '../key-read.ts'

const testFolder =
  /(^|\/)(tests?|__tests__|__mocks__|specs?|e2e|cypress|playwright|testing|fixtures?|testdata|test-[\w-]+|[\w-]+-(tests?|e2e)|examples?|samples?|docs?|documentation|benchmarks?|bench|stories|storybook|\.storybook|demos?)\//i
const testFile =
  /((^|[._-])(test|tests|spec|e2e|stories|bench|cy)\.[\w.]+$)|(_(test|spec)\.\w+$)|((^|\/)test_[^/]*\.py$)|((^|\/)(conftest\.py|(jest|vitest|playwright|cypress|karma|wdio)[\w.-]*\.(config|setup|conf)\.\w+))$|(Tests?\.(java|kt|cs|php)$)/
const buildFile =
  /(^|\/)((vite|webpack|rollup|next|nuxt|astro|svelte|esbuild|tsup|babel|metro|craco|tailwind|postcss|rspack|rsbuild|turbo|gatsby-config|gatsby-node|Gruntfile|Gulpfile|gulpfile|build|setup)[\w.-]*\.(js|ts|mjs|cjs|mts|cts)|setup\.py|Makefile|build\.rs|build\.gradle(\.kts)?)$/

/** When what a file reads is needed, by its path alone; tests, examples and docs are `test`. */
export function phaseOf(path: string): Phase {
  if (testFolder.test(path) || testFile.test(path)) return 'test'
  return buildFile.test(path) ? 'build' : 'run'
}
