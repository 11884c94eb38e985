import { errorBody, tellable } from './error-body.ts'

/**
 * An answer of JSON lines that are sent as they come; what fails after the first one is a line too.
 * @param run writes them; nothing is written after it has ended
 * @param onError what failed inside
 */
export function lineResponse(
  run: (write: (line: object) => void) => Promise<void>,
  onError: (error: unknown) => void,
): Response {
  const encoder = new TextEncoder()
  let isOpen = true
  const body = new ReadableStream<Uint8Array>({
    cancel() {
      // the caller went away; there is nobody to tell how it ended
      isOpen = false
    },
    start(controller) {
      const write = (line: object): void => {
        if (isOpen) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
      }
      const finished = (): void => {
        if (isOpen) controller.close()
        isOpen = false
      }
      run(write).then(finished, (error: unknown) => {
        const told = tellable(error)
        if (told.code === 'INTERNAL') onError(error)
        write(errorBody(told))
        finished()
      })
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } })
}
