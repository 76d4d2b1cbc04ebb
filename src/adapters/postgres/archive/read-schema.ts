// The schema of a PostgreSQL database, as its catalog has it.
import { type Kysely, sql } from 'kysely'
import type { SchemaEntry } from '../../../application/verify/log-archive.port.ts'
import type { Schema } from '../../sql/database/schema.ts'

/**
 * Tables, constraints, indices, triggers, rules and functions with their definitions, in the schema of the
 * gateway, without those of extensions. Their texts are the same in PostgreSQL 15 and 18.
 */
export async function readSchema(db: Kysely<Schema>): Promise<readonly SchemaEntry[]> {
  const { rows } = await sql<SchemaEntry>`
    with own as (
      select oid, relname, relkind, relpersistence, relrowsecurity from pg_class
      where relnamespace = current_schema()::regnamespace and not ${isOfExtension('pg_class')}
    )
    select name, sql from (
    select relname::text as name, concat_ws(E'\n',
      case relkind when 'r' then 'table' else 'relation of kind ' || relkind::text end,
      case when relpersistence <> 'p' then 'not kept after a crash' end,
      case when relrowsecurity then 'with policies' end,
      (
        select string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod),
          'collate ' || nullif(attcollation, 0)::regcollation,
          case when attnotnull then 'not null' end,
          'identity ' || nullif(attidentity::text, ''),
          'generated ' || nullif(attgenerated::text, ''),
          'default ' || pg_get_expr(adbin, adrelid, true)), E'\n' order by attnum)
        from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
        where attrelid = own.oid and attnum > 0 and not attisdropped
      )) as sql
    from own where relkind not in ('i', 'I')
    union all
    select conname || ' of ' || relname, pg_get_constraintdef(pg_constraint.oid, true)
    from pg_constraint join own on own.oid = conrelid where contype not in ('n', 't')
    union all
    select relname, pg_get_indexdef(own.oid, 0, true) || case when indisvalid then '' else ' invalid' end
    from pg_index join own on own.oid = indexrelid
    union all
    select tgname || ' of ' || relname,
      pg_get_triggerdef(pg_trigger.oid, true) || case tgenabled when 'O' then '' else ' not enabled' end
    from pg_trigger join own on own.oid = tgrelid where not tgisinternal
    union all
    select rulename || ' of ' || relname, pg_get_ruledef(pg_rewrite.oid, true)
    from pg_rewrite join own on own.oid = ev_class
    union all
    select pg_proc.oid::regprocedure::text, concat_ws(E'\n', pg_get_function_result(pg_proc.oid),
      lanname, provolatile, prosecdef, proconfig, prosrc)
    from pg_proc join pg_language on pg_language.oid = prolang
    where pronamespace = current_schema()::regnamespace and not ${isOfExtension('pg_proc')}
    ) as entry order by name collate "C", sql collate "C"
  `.execute(db)
  return rows
}

function isOfExtension(catalog: 'pg_class' | 'pg_proc') {
  return sql`exists (
    select 1 from pg_depend where classid = ${sql.lit(catalog)}::regclass
    and objid = ${sql.ref(`${catalog}.oid`)} and deptype = 'e'
  )`
}
