import { instructionsIn, pairsIn } from '../scan/languages/dockerfile/instructions.ts'
import { isDockerfile } from '../scan/languages/dockerfile/dockerfile-collector.ts'
import { lineStarts, placeAt } from '../scan/languages/curly/tokens.ts'
import type { Declaration } from './declaration.ts'
import { declaration, isDeclaredName, maxDeclarations, plainValue } from './declaring.ts'
import { documentDeclarations } from './document-declarations.ts'
import { declaresInJson, jsonDeclarations } from './json-declarations.ts'
import { sampleDeclarations } from './sample-declarations.ts'
import {
  propertiesDeclarations,
  springYamlDeclarations,
  yamlDeclarations,
} from './yaml-declarations.ts'

const sampleWord = '(?:example|sample|template|dist|defaults?|tpl|schema|tmpl)'
const sample = new RegExp(
  `(?:^|/)(?:\\.?env(?:[.-][\\w-]+)*[.-]${sampleWord}(?:[.-][\\w-]+)*|${sampleWord}\\.env|[\\w-]*\\.env\\.${sampleWord}|\\.?env_${sampleWord})$`,
  'i',
)
const spring = /(?:^|\/)(?:application|bootstrap)(?:-[^/]*)?\.(ya?ml|properties)$/

/** Whether a file may declare keys, by its name alone. */
export function mayDeclare(path: string): boolean {
  return (
    sample.test(path) ||
    /\.(?:md|mdx|rst|adoc|markdown|ya?ml)$/i.test(path) ||
    /(?:^|\/)fly[^/]*\.toml$|(?:^|\/)netlify\.toml$/.test(path) ||
    spring.test(path) ||
    declaresInJson(path) ||
    isDockerfile(path)
  )
}

/** Every key that one file writes down without reading it: by the file's name, pure, in the order of the text. */
export function declarationsIn(path: string, text: string): Declaration[] {
  if (sample.test(path)) return sampleDeclarations(path, text)
  if (/\.(?:md|mdx|rst|adoc|markdown)$/i.test(path)) return documentDeclarations(path, text)
  const springFile = spring.exec(path)
  if (springFile)
    return springFile[1] === 'properties'
      ? propertiesDeclarations(path, text)
      : springYamlDeclarations(path, text)
  if (/\.ya?ml$/.test(path)) return yamlDeclarations(path, text, yamlKind(path, text))
  if (declaresInJson(path)) return jsonDeclarations(path, text)
  if (path.endsWith('.toml')) return tomlDeclarations(path, text)
  return isDockerfile(path) ? imageDeclarations(path, text) : []
}

function yamlKind(path: string, text: string): Declaration['kind'] {
  if (
    /(?:^|\/)\.(?:github|gitea|forgejo|circleci|woodpecker|gitlab|buildkite)|(?:^|\/)(?:\.gitlab-ci|\.travis|\.drone|azure-pipelines|bitbucket-pipelines|cloudbuild|buildspec)/.test(
      path,
    )
  )
    return 'ci'
  if (/compose[^/]*$/.test(path) || /^services:/m.test(text))
    return /^kind:/m.test(text) ? 'kubernetes' : 'compose'
  if (
    /(?:^|\/)values[^/]*\.ya?ml$/.test(path) ||
    (path.includes('/templates/') && text.includes('{{'))
  )
    return 'helm'
  return /^kind:/m.test(text) ? 'kubernetes' : 'platform'
}

/** `[env]` of fly.toml, `[build.environment]` of netlify.toml. */
function tomlDeclarations(path: string, text: string): Declaration[] {
  const found: Declaration[] = []
  let inside = false
  for (const [index, raw] of text.split('\n').entries()) {
    const table = /^[ \t]*\[+([^\]]+)\]/.exec(raw)
    if (table) inside = /(?:^|\.)env(?:ironment)?$/.test(table[1]!.trim())
    const pair = inside
      ? /^[ \t]*["']?([A-Za-z_]\w*)["']?[ \t]*=(.*)$/.exec(raw.slice(0, 5000))
      : null
    if (pair && isDeclaredName(pair[1]!) && found.length < maxDeclarations)
      found.push(
        declaration(path, 'platform', pair[1]!, index + 1, { example: plainValue(pair[2]!) }),
      )
  }
  return found
}

function imageDeclarations(path: string, text: string): Declaration[] {
  const starts = lineStarts(text)
  return instructionsIn(text).flatMap(({ word, body, offset }) => {
    if (word !== 'ENV' && word !== 'ARG') return []
    return pairsIn(body, word === 'ARG').map(({ name, value, at }) =>
      declaration(path, 'image', name, placeAt(starts, offset + at).line, {
        ...(value !== undefined && !value.includes('$') && { default: value }),
      }),
    )
  })
}
