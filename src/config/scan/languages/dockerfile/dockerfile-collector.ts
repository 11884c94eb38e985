import type { Collector } from '../../collector.ts'
import type { FileFacts } from '../../file-facts.ts'
import { lineStarts, placeAt } from '../curly/tokens.ts'
import { distinctReads } from '../reference/distinct-reads.ts'
import { emptyFacts } from '../../empty-facts.ts'
import { shellReads } from '../shell/shell-reads.ts'
import { instructionsIn, pairsIn } from './instructions.ts'

/** Build arguments that BuildKit gives by itself. */
const predefined =
  /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT|STAGE)$|^(?:HTTPS?|FTP|NO|ALL)_PROXY$/i

export function isDockerfile(path: string): boolean {
  return (
    /(?:^|\/)(?:Dockerfile|Containerfile)(?:[.-][^/]*)?$|\.(?:dockerfile|Dockerfile)$/.test(path) &&
    !/\.(?:md|dockerignore|sh)$/.test(path)
  )
}

export const dockerfileCollector: Collector = {
  language: 'dockerfile',
  version: 2,
  takes: isDockerfile,
  grammar: () => null,
  mayMatter: (text) => /\bARG\b|\$/i.test(text),
  collect({ text }): FileFacts {
    const facts = emptyFacts('dockerfile')
    const lines = lineStarts(text)
    const tier = 'reference' as const
    const seen = new Set<string>()
    const images = new Map<string, string>()
    for (const { word, body, offset } of instructionsIn(text)) {
      if (word === 'ARG') {
        for (const { name, value, at } of pairsIn(body, true)) {
          if (predefined.test(name) || seen.has(name)) continue
          seen.add(name)
          const literal = value === undefined || value.includes('$') ? undefined : value
          const standIn = value === undefined ? {} : { default: { literal, forEmpty: false } }
          facts.reads.push({
            key: name,
            tier,
            phase: 'build',
            ...placeAt(lines, offset + at),
            ...standIn,
          })
        }
      } else if (word === 'ENV') {
        for (const { name, value } of pairsIn(body, false))
          if (value !== undefined) images.set(name, value)
      } else if (word === 'CMD' || word === 'ENTRYPOINT' || word === 'HEALTHCHECK') {
        // the list form starts no shell, unless it says so
        if (/^\s*\[/.test(body) && !/"(?:\/bin\/)?(?:ba|a)?sh"/.test(body)) continue
        for (const { key, offset: at, ...told } of shellReads(body)) {
          const image = images.get(key)
          const standIn =
            image !== undefined && !told.default
              ? { default: { literal: image, forEmpty: false } }
              : {}
          facts.reads.push({
            key,
            tier,
            phase: 'run',
            ...placeAt(lines, offset + at),
            ...told,
            ...standIn,
          })
        }
      }
    }
    facts.reads = distinctReads(facts.reads)
    return facts
  },
}
