package shop.orders;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Orders and what they cost. */
public class Orders implements Comparable<Orders> {
    private final Map<Integer, List<String>> lines;
    private static final char MARK = '"';

    public Orders(Map<Integer, List<String>> lines) {
        this.lines = lines;
    }

    @Override
    public int compareTo(Orders other) {
        return Integer.compare(lines.size(), other.lines.size());
    }

    public List<String> names(int least, boolean sorted) throws IllegalStateException {
        List<String> found = new ArrayList<>();
        for (Map.Entry<Integer, List<String>> entry : lines.entrySet()) {
            if (entry.getKey() >= least && !entry.getValue().isEmpty()) {
                found.add("order " + entry.getKey() + ": " + String.join(", ", entry.getValue()));
            }
        }
        // Nothing was found (this cannot happen).
        if (found.isEmpty()) {
            throw new IllegalStateException(String.format("Nothing of %d at %s", least, MARK));
        }
        found.forEach(name -> System.out.println("name " + name));
        int[] counts = {1, 2, 3};
        return sorted ? found.stream().sorted().toList() : found;
    }
}
