/** Threads that turn texts into facts: a file that hangs or kills its thread is given up, the others are not. */
import { Worker } from 'node:worker_threads'
import type { FactsMessage, FactsTask } from './facts-messages.ts'
import type { FileFacts } from './file-facts.ts'

export type FactsFile = FactsTask['files'][number]

export interface FactsRun {
  /** Gives a file to whichever thread is free; resolves as soon as there is room for the next one. */
  give(file: FactsFile): Promise<void>
  /** Resolves when every file is done; the threads are gone then. */
  end(): Promise<void>
}

/** Milliseconds without a word from a thread. */
const patience = 20_000
const batchCharacters = 200_000
const waitingBatches = 4

export function startFacts(
  threads: number,
  onFacts: (index: number, facts: FileFacts) => void,
  onLost: (index: number) => void,
): FactsRun {
  const queue: FactsTask[] = []
  let batch: FactsFile[] = []
  let characters = 0
  let ending = false
  let running = 0
  const waiting: (() => void)[] = []
  const starters: (() => void)[] = []
  const ended = Promise.withResolvers<void>()

  function wake(): void {
    for (const start of starters.slice()) start()
    if (queue.length < waitingBatches) for (const resolve of waiting.splice(0)) resolve()
    if (ending && queue.length === 0 && running === 0) ended.resolve()
  }

  function flush(): void {
    if (batch.length === 0) return
    queue.push({ files: batch })
    batch = []
    characters = 0
    wake()
  }

  function openThread(): { end(): void } {
    let worker: Worker | undefined
    let task: FactsTask | undefined
    let left = new Set<number>()
    let current: number | undefined
    let timer: NodeJS.Timeout | undefined

    function begin(): Worker {
      const file = import.meta.url.endsWith('.ts') ? './facts-worker.ts' : './facts-worker.js'
      const started = new Worker(new URL(file, import.meta.url), {
        resourceLimits: { maxOldGenerationSizeMb: 300, stackSizeMb: 4 },
      })
      started.on('message', (message: FactsMessage) => {
        if (started === worker) hear(message)
      })
      const gone = (): void => {
        if (started === worker) lose()
      }
      started.on('error', gone)
      started.on('exit', gone)
      started.unref()
      return started
    }

    function listen(): void {
      clearTimeout(timer)
      timer = setTimeout(lose, patience)
    }

    /** The file that it was at is given up; the rest of the task goes back into the queue. */
    function lose(): void {
      clearTimeout(timer)
      const dead = worker
      worker = undefined
      void dead?.terminate()
      if (task === undefined) return
      const lost = current ?? task.files.find((it) => left.has(it.index))?.index
      if (lost !== undefined) {
        left.delete(lost)
        onLost(lost)
      }
      const rest = task.files.filter((it) => left.has(it.index))
      task = undefined
      current = undefined
      running--
      if (rest.length > 0) queue.unshift({ files: rest })
      wake()
    }

    function hear(message: FactsMessage): void {
      listen()
      if (message.kind === 'begins') current = message.index
      else if (message.kind === 'facts') {
        current = undefined
        left.delete(message.index)
        onFacts(message.index, message.facts)
      } else {
        clearTimeout(timer)
        task = undefined
        running--
        wake()
      }
    }

    starters.push(() => {
      if (task !== undefined) return
      task = queue.shift()
      if (task === undefined) return
      running++
      left = new Set(task.files.map((it) => it.index))
      worker ??= begin()
      listen()
      worker.postMessage(task, [])
    })
    return {
      end() {
        clearTimeout(timer)
        const last = worker
        worker = undefined
        void last?.terminate()
      },
    }
  }

  const opened = Array.from({ length: Math.max(1, threads) }, openThread)
  return {
    async give(file) {
      batch.push(file)
      characters += file.text.length
      if (characters < batchCharacters && batch.length < 100) return
      flush()
      while (queue.length >= waitingBatches) {
        const room = Promise.withResolvers<void>()
        waiting.push(room.resolve)
        await room.promise
      }
    },
    async end() {
      flush()
      ending = true
      wake()
      // a thread's own handle does not keep the process alive, this does
      const alive = setInterval(() => {}, 1000)
      await ended.promise
      clearInterval(alive)
      for (const thread of opened) thread.end()
    },
  }
}
