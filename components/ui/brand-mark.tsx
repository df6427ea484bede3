/** The sign of Taskwire; says nothing to screen readers. */
export function BrandMark({ className = 'size-7' }: { readonly className?: string }) {
  return (
    <svg aria-hidden="true" className={`flex-none ${className}`} viewBox="0 0 32 32">
      <rect className="fill-accent" height="32" rx="9" width="32" />
      <path
        className="stroke-on-accent"
        d="M7 17.5 12.5 23 25 9.5"
        fill="none"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeWidth="3"
      />
      <circle className="fill-on-accent" cx="25" cy="9.5" r="3.2" />
    </svg>
  );
}
