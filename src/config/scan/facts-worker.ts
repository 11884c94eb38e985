/** A thread that turns texts into facts. */
import { parentPort } from 'node:worker_threads'
import { collectFacts } from './collect-facts.ts'
import type { FactsMessage, FactsTask } from './facts-messages.ts'
import { openGrammars } from './grammars.ts'
import { collectors } from './languages/collectors.ts'

const port = parentPort!
const grammars = openGrammars()
const say = (message: FactsMessage): void => port.postMessage(message, [])

async function work({ files }: FactsTask): Promise<void> {
  const open = await grammars
  for (const { index, collector, path, text } of files) {
    say({ kind: 'begins', index })
    const facts = await collectFacts(collectors[collector]!, { path, text }, open)
    say({ kind: 'facts', index, facts })
  }
  say({ kind: 'done' })
}

port.on('message', (task: FactsTask) => void work(task))
