/**
 * Settings of every event table (measured by `bench/parts.ts`, see docs/decisions/0010-parts-and-merges.md):
 * - an insert becomes a part in one file (compact): with a file a column, most of its cost was making and syncing files;
 * - parts wait for about ten of their size before they are merged: every row is rewritten fewer times;
 * - reading one key of a map reads only its bucket, but the engine's default minimum size switches buckets off for
 *   ordinary spans, so it has to be explicit.
 */
export const tableSettings: Readonly<Record<string, string>> = {
  non_replicated_deduplication_window: '10000',
  ttl_only_drop_parts: '1',
  min_bytes_for_wide_part: String(128 * 2 ** 20),
  merge_selector_base: '10',
  map_serialization_version: "'with_buckets'",
  map_buckets_min_avg_size: '1',
}
