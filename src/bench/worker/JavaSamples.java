import com.fasterxml.jackson.databind.JsonNode;
import io.zart.client.RawJson;
import io.zart.client.Worker;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The worker of the benchmark in Java: two of the sample handlers. */
public final class JavaSamples {

    private static final int STEPS = 5;

    private JavaSamples() {}

    public static void main(String... args) throws InterruptedException {
        Worker worker = new Worker(System.getenv("ZART_URL"))
                .task("echo", RawJson.class, (context, payload) -> payload)
                .task("five-steps", JsonNode.class, (context, payload) -> {
                    int sum = 0;
                    for (int i = 1; i <= STEPS; i++) {
                        int n = i;
                        sum += context.step("step-" + i, Integer.class, () -> n);
                    }
                    return Map.of("sum", sum);
                })
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
        new CountDownLatch(1).await();
    }
}
