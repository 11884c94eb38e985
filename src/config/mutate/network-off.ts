/** Takes the network from a command: wrong values must not reach what they name (config.md §7.5). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { CommandWords } from '../process/run-command.ts'

export interface NetworkSwitch {
  off: boolean
  /** Words: how (`with a loopback network of their own`), or why not. */
  how: string
  /** The command as it has to be started. */
  wrap(command: CommandWords): CommandWords
}

export const networkOn = (how: string): NetworkSwitch => ({
  off: false,
  how,
  wrap: (command) => command,
})

/** Loopback is off in a new network too; the tool for it often lies where only root looks. */
const loopbackUp =
  '{ PATH="$PATH:/usr/sbin:/sbin" ip link set lo up || PATH="$PATH:/usr/sbin:/sbin" ifconfig lo up; } >/dev/null 2>&1;'

const wrapped = (words: CommandWords, script: string) => (command: CommandWords) =>
  [...words, 'sh', '-c', script, 'sh', ...command] as const satisfies CommandWords

/** Exits with 7 where it reaches the port outside, 4 where it cannot reach itself, 0 where all is as it should be. */
const probe = `const net = require('node:net')
const reach = (port) => new Promise((done) => {
  const socket = net.connect({ port, host: '127.0.0.1' }, () => done(true))
  socket.on('error', () => done(false)); socket.setTimeout(2000, () => done(false)) })
const own = net.createServer().on('error', () => process.exit(4))
own.listen(0, '127.0.0.1', async () => {
  if (await reach(Number(process.argv[1]))) process.exit(7)
  process.exit((await reach(own.address().port)) ? 0 : 4) })`

/**
 * Looks once whether this system can do it: as the same user in a network of its own where that goes, else as one that
 * looks like root there. `program`: the tool that makes the network; another one for tests.
 */
export async function networkOff(
  env: NodeJS.ProcessEnv,
  program = 'unshare',
): Promise<NetworkSwitch> {
  if (process.platform !== 'linux') {
    return networkOn('this system cannot take the network from a single command')
  }
  const inside: CommandWords = [program, '-rn', '--']
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const asUser = `${loopbackUp} exec "$0" "$@"`
  const same = (command: CommandWords): CommandWords => [
    ...inside,
    'sh',
    '-c',
    asUser,
    program,
    `--map-user=${uid}`,
    `--map-group=${gid}`,
    '--',
    ...command,
  ]
  const asRoot = wrapped(inside, `${loopbackUp} exec "$@"`)
  let bare: NetworkSwitch | undefined
  for (const wrap of uid === 0 ? [asRoot] : [same, asRoot]) {
    const code = await tryProbe(wrap, env)
    if (code === 0) return { off: true, how: 'with a loopback network of their own', wrap }
    if (code === 4) {
      bare ??= { off: true, how: 'without any network, not even loopback', wrap }
    }
  }
  return bare ?? networkOn(`this system does not let ${program} make a network of its own`)
}

/** What the probe exits with; undefined = it did not run. */
async function tryProbe(
  wrap: NetworkSwitch['wrap'],
  { PATH }: NodeJS.ProcessEnv,
): Promise<number | undefined> {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const [program, ...args] = wrap([process.execPath, '-e', probe, String(port)])
    const child = spawn(program, args, { env: { PATH }, stdio: 'ignore', timeout: 10_000 })
    const code = await new Promise<number | null>((done) => {
      child.once('error', () => done(null))
      child.once('exit', done)
    })
    return code ?? undefined
  } finally {
    server.close()
  }
}
