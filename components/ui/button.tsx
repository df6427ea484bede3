import type { ComponentProps } from 'react';

const LOOKS = {
  /** The one thing to do here. */
  accent: 'bg-accent px-4 text-on-accent hover:opacity-90',
  /** Something else that can be done. */
  plain: 'border border-line bg-surface px-3.5 text-ink hover:bg-sunken',
  /** Something that cannot be taken back. */
  danger: 'border border-line bg-surface px-3.5 text-danger hover:bg-danger-soft',
  /** A drawing only; give it an `aria-label`. */
  icon: 'w-10 text-quiet hover:bg-sunken hover:text-ink',
  /** A drawing in the colour of what it stands on; give it an `aria-label`. */
  bare: 'w-10 opacity-75 hover:opacity-100',
} as const;

/** A button, at least 40 px high; `type="button"` unless told otherwise. */
export function Button({
  look = 'plain',
  className = '',
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { readonly look?: keyof typeof LOOKS }) {
  return (
    <button
      className={`inline-flex h-10 flex-none items-center justify-center gap-2 rounded-lg font-medium transition-[background-color,color,opacity] ${LOOKS[look]} ${className}`}
      type={type}
      {...rest}
    />
  );
}
