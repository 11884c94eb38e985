import type { BindingSource } from '../binding.ts'
import { readDotenv } from '../dialects/read-dotenv.ts'
import type { BindingCollector } from './environment-file.ts'
import { itemsOf, stringOf } from './json-text.ts'
import { entryValue } from './read-compose.ts'

export interface DefinitionsPlace {
  file: string
  source: BindingSource
  /** '' or what stands before the container's name: `aws_ecs_task_definition.api`. */
  within: string
  lineOf: (text: string) => number
  /** Nothing of it may be told. */
  sensitive?: boolean
}

/** Container definitions of ECS: `environment` beats `environmentFiles`, which are of docker's dialect; `secrets` are references. */
export function readContainerDefinitions(
  definitions: readonly unknown[],
  place: DefinitionsPlace,
  collector: BindingCollector,
): void {
  for (const definition of definitions) {
    const name = stringOf(definition, 'name') ?? ''
    const component =
      place.within === '' ? name : name === '' ? place.within : `${place.within}/${name}`
    const base = (precedence: number, key: string) => ({
      source: place.source,
      component,
      phase: 'run' as const,
      precedence,
      delivery: 'per-revision' as const,
      location: { file: place.file, line: place.lineOf(key) },
    })
    for (const item of itemsOf(definition, 'environmentFiles')) {
      const path = stringOf(item, 'value') ?? ''
      const text = collector.context.resolve(path)
      if (text === undefined) {
        collector.notRead(
          place.file,
          place.lineOf(path),
          `An environment file of container ${name} was not there to be read.`,
        )
        continue
      }
      for (const entry of readDotenv(text, 'docker').entries) {
        collector.add({ ...base(20, entry.key), dialect: 'docker' }, entry.key, entryValue(entry))
      }
    }
    for (const item of itemsOf(definition, 'environment')) {
      const key = stringOf(item, 'name')
      if (key === undefined) continue
      const text = stringOf(item, 'value')
      if (place.sensitive === true)
        collector.add(base(40, key), key, {
          state: 'reference',
          detail: 'It is marked as sensitive.',
        })
      else if (text === undefined)
        collector.add(base(40, key), key, {
          state: 'unknown',
          detail: 'It is known after the plan is applied.',
        })
      else collector.add(base(40, key), key, { state: 'set', text })
    }
    for (const item of itemsOf(definition, 'secrets')) {
      const key = stringOf(item, 'name')
      if (key === undefined) continue
      const detail = stringOf(item, 'valueFrom') ?? 'a secret'
      collector.add({ ...base(40, key), delivery: 'shared-mutable' }, key, {
        state: 'reference',
        detail,
      })
    }
  }
}
