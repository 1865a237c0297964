package dev.greenlet.spring.web.disconnect;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.web.RunningApplication;
import dev.greenlet.sync.GreenletSemaphore;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Requests that wait in different ways, and their numbers. */
@RestController
@Greenlet
class Waiting {
  private static final String SLEEP = "select pg_sleep(301)"; // longer than any test waits
  static final GreenletSemaphore ENTERED = new GreenletSemaphore(0);
  static final GreenletSemaphore HELD = new GreenletSemaphore(0);
  private final JdbcTemplate jdbc;

  Waiting(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @GetMapping("/sleep")
  public String sleep() {
    jdbc.execute(SLEEP);
    return "slept";
  }

  @GetMapping("/later")
  public Callable<String> sleepLater() {
    return this::sleep;
  }

  @GetMapping("/wait")
  public String waitLong() throws InterruptedException {
    Greenlets.sleep(Duration.ofSeconds(100));
    return "waited";
  }

  @GetMapping("/held")
  public String hold() throws InterruptedException {
    ENTERED.release();
    HELD.acquire();
    return "held";
  }

  @PostMapping("/read")
  public String read(@RequestBody String body) {
    return "read " + body.length();
  }

  @GetMapping("/seven")
  public int seven() {
    return Objects.requireNonNull(jdbc.queryForObject("select 7", Integer.class));
  }

  @GetMapping("/family")
  public String family() throws Exception {
    Greenlets.spawn(
            "child",
            () -> {
              jdbc.execute(SLEEP);
              return "slept";
            })
        .get();
    return "joined";
  }

  /** Returns the number of requests of an application with a name. */
  static long named(String name, RunningApplication application) {
    return application.greenlets().stream()
        .filter(each -> each.get("name").asString().equals(name))
        .count();
  }

  /** Returns the number of statements that sleep in the database. */
  static int asleep() {
    return Objects.requireNonNull(
        new JdbcTemplate(TestPostgres.dataSource())
            .queryForObject(
                "select count(*) from pg_stat_activity where state = 'active' and query = ?",
                Integer.class,
                SLEEP));
  }
}
