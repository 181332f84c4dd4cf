import {
  AuthorizeResult,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import { accessOf, type Access } from '../access';
import { isOwner } from '../isOwner';
import { isOwnerOf } from './people';

const rules = { getRuleByName: () => isOwner as never };

export const accessWith = (decision: PolicyDecision): Access =>
  accessOf(decision, rules);

export const everything = accessWith({ result: AuthorizeResult.ALLOW });
export const nothing = accessWith({ result: AuthorizeResult.DENY });
export const ownedBy = (...claims: string[]): Access =>
  accessWith(isOwnerOf(claims));
