import type { BindingsRead } from '../binding.ts'
import { readContainerDefinitions } from './container-definitions.ts'
import { BindingCollector } from './environment-file.ts'
import type { ReadContext } from './environment-file.ts'
import { fieldOf, itemsOf, parseJson } from './json-text.ts'

/** An ECS task definition, as it is registered or as `aws ecs describe-task-definition` prints it. */
export function readEcs(file: string, text: string, context: ReadContext): BindingsRead {
  const collector = new BindingCollector(context)
  const json = parseJson(text)
  if (json === undefined) {
    collector.notRead(file, 1, 'This is not valid JSON.')
    return collector.read()
  }
  const definition = fieldOf(json.value, 'taskDefinition') ?? json.value
  const list = Array.isArray(definition) ? definition : itemsOf(definition, 'containerDefinitions')
  readContainerDefinitions(
    list,
    { file, source: 'ecs', within: '', lineOf: json.lineOf },
    collector,
  )
  return collector.read()
}
