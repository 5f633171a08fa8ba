// The tab's title follows the conversation's, with a mark while an answer that ended unseen waits.
export function createTabTitle() {
  let hasNews = false;
  let name = "";

  function write() {
    const whole = name ? `${name} · MemoryBot` : "MemoryBot";
    document.title = hasNews ? `● ${whole}` : whole;
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) hasNews = false;
    write();
  });

  return {
    rename(title) {
      name = title;
      write();
    },
    answered() {
      hasNews = document.hidden;
      write();
    },
  };
}
