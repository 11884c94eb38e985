import { ApiError } from './api-error.ts'
import { isRecord } from './shapes.ts'

const patienceMs = 10_000

/**
 * One document of the API, checked for its shape.
 * @throws ApiError with the server's own code and hint, or `SERVER_UNREACHABLE`, `SERVER_ANSWER`
 */
export async function getJson<T>(
  path: string,
  isExpected: (value: unknown) => value is T,
  signal: AbortSignal,
): Promise<T> {
  const response = await reach(path, signal)
  const body = await readJson(response)
  if (!response.ok) throw refusal(response.status, body)
  if (!isExpected(body)) {
    throw new ApiError(
      'SERVER_ANSWER',
      `The server answered ${path} with something this page does not understand.`,
      'Reload the page: it may be older than the server.',
    )
  }
  return body
}

async function reach(path: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(path, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    })
  } catch (error) {
    if (signal.aborted) throw error
    throw new ApiError(
      'SERVER_UNREACHABLE',
      `The server at ${location.host} does not answer.`,
      'Start it again with “aftergreen serve”. This page keeps trying.',
    )
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function refusal(status: number, body: unknown): ApiError {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {}
  const text = (key: string) => (typeof error[key] === 'string' ? error[key] : undefined)
  return new ApiError(
    text('code') ?? 'SERVER_ANSWER',
    text('message') ?? `The server answered with status ${status} and no explanation.`,
    text('hint'),
  )
}
