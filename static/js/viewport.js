// iOS lays its keyboard over the page instead of making it smaller: the page makes room itself.
export function followKeyboard() {
  const { visualViewport } = window;
  visualViewport?.addEventListener("resize", () => {
    // While the reader has zoomed in, the difference is not a keyboard.
    const covered = visualViewport.scale > 1 ? 0 : Math.max(0, innerHeight - visualViewport.height);
    document.documentElement.style.setProperty("--keyboard", `${covered}px`);
  });
}
