package dev.greenlet.spring.autoconfigure.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jooq.DSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.CrudRepository;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What stands on JDBC works on hubs as it does elsewhere, and gives the hub up while it waits. */
@Timeout(120)
@ParameterizedClass(name = "on the {0} engine")
@ValueSource(strings = {"native", "portable"})
@SuppressWarnings("try") // a barrier only has to be open
class JdbcFrameworksTests {
  private static final int KEY = 4712;
  private static final String WAITING =
      "select t.* from ticket t, (select pg_advisory_xact_lock_shared("
          + KEY
          + ")) l where name = ";

  private final ApplicationContextRunner runner;

  JdbcFrameworksTests(String engine) {
    runner =
        new ApplicationContextRunner()
            .withPropertyValues(
                "greenlet.engine=" + engine,
                "greenlet.hubs=1",
                "spring.datasource.url=" + TestPostgres.url(),
                "spring.datasource.hikari.maximum-pool-size=3")
            .withConfiguration(
                AutoConfigurations.of(
                    GreenletAutoConfiguration.class,
                    GreenletJdbcAutoConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    DataSourceTransactionManagerAutoConfiguration.class,
                    TransactionAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class,
                    JdbcClientAutoConfiguration.class));
  }

  @BeforeAll
  static void makeTable() {
    new JdbcTemplate(TestPostgres.dataSource())
        .execute("create table if not exists ticket (id bigint primary key, name text)");
  }

  @Test
  void transactionsCommitRollBackAndNest() {
    runner
        .withUserConfiguration(Booking.class)
        .run(
            context -> {
              Office office = context.getBean(Office.class);
              JdbcTemplate template = context.getBean(JdbcTemplate.class);
              template.update("delete from ticket");
              onHub(context, () -> office.book(1, "kept")).get();
              assertThatExceptionOfType(IllegalStateException.class)
                  .isThrownBy(() -> unwrapped(onHub(context, () -> office.bookAndFail(2))));
              assertThatExceptionOfType(IllegalStateException.class)
                  .isThrownBy(() -> unwrapped(onHub(context, () -> office.bookInsideAndFail(3))));

              assertThat(template.queryForList("select id from ticket order by id", Long.class))
                  .as("committed, and the inner one of the failed")
                  .containsExactly(1L, 4L);
              assertPoolIsWhole(context);
              assertYields(
                  context,
                  () -> template.queryForList(WAITING + "?", "kept").size(),
                  "select t.* from ticket t, (select pg_advisory_xact_lock_shared(?)) l where name"
                      + " = ?");
            });
  }

  @Test
  void jpaWorksUnchanged() {
    runner
        .withConfiguration(
            AutoConfigurations.of(
                HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class))
        .withUserConfiguration(Jpa.class)
        .run(
            context -> {
              Tickets tickets = context.getBean(Tickets.class);
              onHub(
                      context,
                      () -> {
                        tickets.deleteAll();
                        tickets.saveAllAndFlush(
                            List.of(new Ticket(1, "Ada"), new Ticket(2, "Alan")));
                        assertThat(tickets.findByName("Alan"))
                            .map(Ticket::getId)
                            .containsExactly(2L);
                        assertThat(tickets.count()).isEqualTo(2);
                        return 1;
                      })
                  .get();
              assertYields(
                  context,
                  () -> tickets.await("Ada").size(),
                  "select t.* from ticket t, (select pg_advisory_xact_lock_shared(?)) l where name"
                      + " = ?");
            });
  }

  @Test
  void jooqWorksUnchanged() {
    runner
        .withConfiguration(AutoConfigurations.of(JooqAutoConfiguration.class))
        .run(
            context -> {
              DSLContext jooq = context.getBean(DSLContext.class);
              onHub(
                      context,
                      () -> {
                        jooq.execute("delete from ticket");
                        assertThatExceptionOfType(IllegalStateException.class)
                            .isThrownBy(
                                () ->
                                    jooq.transaction(
                                        inner -> {
                                          inner.dsl().execute("insert into ticket values (1, 'x')");
                                          throw new IllegalStateException("rolled back");
                                        }));
                        jooq.transaction(
                            inner -> inner.dsl().execute("insert into ticket values (2, 'Ada')"));
                        return 1;
                      })
                  .get();
              assertThat(jooq.fetchValue("select count(*) from ticket")).isEqualTo(1L);
              assertYields(
                  context,
                  () -> jooq.fetch(WAITING + "?", "Ada").size(),
                  "select t.* from ticket t, (select pg_advisory_xact_lock_shared(?)) l where name"
                      + " = ?");
            });
  }

  @Test
  void springDataJdbcWorksUnchanged() {
    runner
        .withConfiguration(AutoConfigurations.of(DataJdbcRepositoriesAutoConfiguration.class))
        .withUserConfiguration(DataJdbc.class)
        .run(
            context -> {
              Rows rows = context.getBean(Rows.class);
              context.getBean(JdbcTemplate.class).update("delete from ticket");
              onHub(
                      context,
                      () -> {
                        rows.add(1, "Ada");
                        assertThat(rows.findById(1L)).map(Row::name).contains("Ada");
                        return 1;
                      })
                  .get();
              assertYields(
                  context,
                  () -> rows.await("Ada").size(),
                  "select t.* from ticket t, (select pg_advisory_xact_lock_shared(?)) l where name"
                      + " = ?");
            });
  }

  /** One row comes, others run meanwhile, and what is waited for can be seen without its values. */
  private static void assertYields(
      ApplicationContext context, Callable<Integer> query, String shape) throws Exception {
    GreenletTask<Integer> task;
    try (TestPostgres.Barrier barrier = TestPostgres.barrier(KEY)) {
      task = onHub(context, query);
      await()
          .untilAsserted(
              () -> assertThat(task.waitingOn()).isEqualTo(new WaitReason("jdbc", shape)));
      assertThat(onHub(context, () -> 42).get()).isEqualTo(42);
    }
    assertThat(task.get()).isEqualTo(1);
    assertPoolIsWhole(context);
  }

  private static void assertPoolIsWhole(ApplicationContext context) {
    HikariDataSource pool = context.getBean(HikariDataSource.class);
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
  }

  private static <T> GreenletTask<T> onHub(ApplicationContext context, Callable<T> body) {
    GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
    return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().getFirst()), body);
  }

  private static Object unwrapped(GreenletTask<?> task) throws Throwable {
    try {
      return task.get();
    } catch (ExecutionException failure) {
      throw failure.getCause();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Booking {
    @Bean
    Office office(JdbcTemplate template, Inside inside) {
      return new Office(template, inside);
    }

    @Bean
    Inside inside(JdbcTemplate template) {
      return new Inside(template);
    }
  }

  static class Office {
    private final JdbcTemplate template;
    private final Inside inside;

    Office(JdbcTemplate template, Inside inside) {
      this.template = template;
      this.inside = inside;
    }

    @Transactional
    public int book(long id, String name) {
      return template.update("insert into ticket values (?, ?)", id, name);
    }

    @Transactional
    public int bookAndFail(long id) {
      book(id, "lost");
      throw new IllegalStateException("rolled back");
    }

    @Transactional
    public int bookInsideAndFail(long id) {
      book(id, "lost");
      inside.book(id + 1);
      throw new IllegalStateException("rolled back");
    }
  }

  static class Inside {
    private final JdbcTemplate template;

    Inside(JdbcTemplate template) {
      this.template = template;
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public int book(long id) {
      return template.update("insert into ticket values (?, 'inner')", id);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @AutoConfigurationPackage
  @EnableJpaRepositories(considerNestedRepositories = true)
  static class Jpa {}

  @Entity
  @jakarta.persistence.Table(name = "ticket")
  static class Ticket {
    @Id private long id;
    private String name;

    protected Ticket() {
      this(0, "");
    }

    Ticket(long id, String name) {
      this.id = id;
      this.name = name;
    }

    long getId() {
      return id;
    }

    String getName() {
      return name;
    }
  }

  interface Tickets extends JpaRepository<Ticket, Long> {
    List<Ticket> findByName(String name);

    @org.springframework.data.jpa.repository.Query(value = WAITING + ":name", nativeQuery = true)
    List<Ticket> await(String name);
  }

  @Configuration(proxyBeanMethods = false)
  @EnableJdbcRepositories(considerNestedRepositories = true)
  static class DataJdbc {}

  @Table("ticket")
  record Row(@org.springframework.data.annotation.Id long id, String name) {}

  interface Rows extends CrudRepository<Row, Long> {
    @Query(WAITING + ":name")
    List<Row> await(String name);

    @org.springframework.data.jdbc.repository.query.Modifying
    @Query("insert into ticket values (:id, :name)")
    void add(long id, String name);
  }
}
