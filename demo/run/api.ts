import { setTimeout as sleep } from 'node:timers/promises'
import { AftergreenError } from '../../src/errors.ts'
import type { AttachedConfiguration } from '../../src/releases/configuration/release-configuration.ts'
import type { StartRelease } from '../../src/releases/release-service.ts'
import type { Release } from '../../src/releases/release.ts'
import type { Evidence, Verdict } from '../../src/releases/verdict.ts'

/** The server of the demo, through its public API. */
export interface DemoServer {
  page(release: Release): string
  url: string
  startRelease(request: StartRelease): Promise<Release>
  /** Keeps what `aftergreen config snapshot` wrote with a release. */
  attachSnapshot(id: string, snapshot: unknown): Promise<AttachedConfiguration>
  verdict(id: string): Promise<Verdict>
  evidence(id: string): Promise<Evidence>
}

const longestStartMs = 60_000

/** Waits until the server says that it is ready, or `ending` is aborted. @throws DEMO_FAILED */
export async function reachServer(url: string, ending: AbortSignal): Promise<DemoServer> {
  const deadline = performance.now() + longestStartMs
  while (!(await isReady(url))) {
    if (performance.now() > deadline) {
      throw new AftergreenError(
        'DEMO_FAILED',
        `Aftergreen was not ready after ${longestStartMs / 1000} s.`,
        { hint: 'The machine may be too busy: close other programs and try again.' },
      )
    }
    await sleep(100, undefined, { signal: ending })
  }
  return {
    page: ({ id }) => `${url}/releases/${encodeURIComponent(id)}`,
    url,
    attachSnapshot: (id, snapshot) =>
      ask<AttachedConfiguration>(
        url,
        `/api/releases/${encodeURIComponent(id)}/config-snapshot`,
        snapshot,
      ),
    startRelease: (request) => ask<Release>(url, '/api/releases', request),
    verdict: (id) => ask<Verdict>(url, `/api/releases/${encodeURIComponent(id)}`),
    evidence: (id) => ask<Evidence>(url, `/api/releases/${encodeURIComponent(id)}/evidence`),
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2000) })
    const health: unknown = await response.json()
    return response.ok && Reflect.get(Object(health), 'status') === 'ok'
  } catch {
    return false
  }
}

/** A question may be asked again: a connection that was kept open can end just as it is used. */
const attempts = 3

/** The server is of the same version as this file: its answers are what its types say. */
async function ask<T>(url: string, path: string, body?: unknown): Promise<T> {
  const response = await send(
    `${url}${path}`,
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
    body === undefined ? attempts : 1,
  )
  const text = await response.text()
  if (!response.ok) {
    throw new AftergreenError('DEMO_FAILED', `Aftergreen answered ${response.status} to ${path}.`, {
      hint: text.slice(0, 500),
    })
  }
  return JSON.parse(text) as T
}

async function send(address: string, request: RequestInit, left: number): Promise<Response> {
  try {
    return await fetch(address, { ...request, signal: AbortSignal.timeout(20_000) })
  } catch (error) {
    if (left > 1) {
      await sleep(200)
      return await send(address, request, left - 1)
    }
    const cause = error instanceof Error ? (error.cause ?? error) : error
    throw new AftergreenError('DEMO_FAILED', `Aftergreen did not answer ${address}.`, {
      hint: cause instanceof Error ? cause.message : String(cause),
      cause: error,
    })
  }
}
