package dev.greenlet.spring.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchJobLauncherAutoConfiguration;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;

/**
 * An application with the auto-configurations that the starter needs. Other libraries on the class
 * path of the tests have separate tests, and would slow these ones down.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnableAutoConfiguration(
    exclude = {
      BatchAutoConfiguration.class,
      BatchJobLauncherAutoConfiguration.class,
      DataJdbcRepositoriesAutoConfiguration.class,
      DataJpaRepositoriesAutoConfiguration.class,
      DataSourceObservationAutoConfiguration.class,
      HibernateJpaAutoConfiguration.class,
      JooqAutoConfiguration.class
    })
public @interface PlainApplication {}
