/**
 * Git objects, for change hosts that make commits themselves.
 *
 * @packageDocumentation
 */
export * from './git/commitObject';
export * from './git/editTree';
export * from './git/gitObject';
export * from './git/objectId';
export * from './git/readFiles';
export * from './git/refName';
