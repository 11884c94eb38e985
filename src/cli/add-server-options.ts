import type { Command } from 'commander'
import { Option } from 'commander'

/** What every command of a group takes that asks a server: where it is, and in which form to answer. */
export function addServerOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--server <url>', 'address of the server')
        .env('AFTERGREEN_SERVER')
        .default('http://127.0.0.1:4319'),
    )
    .option('--json', 'print one JSON document on standard output')
}
