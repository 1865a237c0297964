package dev.greenlet.spring.start;

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Runs a job of one step and ends. */
@EnableAutoConfiguration
final class BatchApplication {

  BatchApplication() {}

  public static void main(String[] args) {
    System.exit(SpringApplication.exit(SpringApplication.run(BatchApplication.class, args)));
  }

  @Bean
  Job job(JobRepository jobs) {
    return new JobBuilder("job", jobs)
        .start(
            new StepBuilder("step", jobs)
                .tasklet(
                    (_, _) -> {
                      System.out.println("done: one step");
                      return RepeatStatus.FINISHED;
                    })
                .build())
        .build();
  }
}
