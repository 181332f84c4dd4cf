import { celEnv, parse, type CelEnv } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { listConcat } from './listConcat';
import { matches } from './matches';
import { texts } from './texts';

/** The one CEL environment of sensors and policies: the standard functions and those for strings. */
export const environment: CelEnv = celEnv({
  funcs: [...strings, ...texts, listConcat, matches],
});

/** A parsed expression with the position of each node. */
export type ParsedExpression = ReturnType<typeof parse>;
