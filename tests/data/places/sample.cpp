#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace shop {

template <typename T>
class Store {
public:
    explicit Store(std::string name) : name_(std::move(name)) {}

    void add(int id, const T &item) { items_[id].push_back(item); }

    std::vector<T> find(int id, bool strict = false) const {
        auto found = items_.find(id);
        if (found == items_.end() || (strict && found->second.empty())) {
            throw std::out_of_range("nothing of " + std::to_string(id) + " in " + name_);
        }
        return found->second;
    }

private:
    std::string name_;
    std::map<int, std::vector<T>> items_;
};

}  // namespace shop

int main() {
    shop::Store<std::string> store("main");
    store.add(1'000, R"(raw "text" here)");
    for (const auto &item : store.find(1000)) {
        std::cout << "item: " << item << '\n';
    }
    auto twice = [&](int x) { return x * 2; };
    int counts[] = {1, twice(2), 3};
    return counts[0] == 1 ? 0 : 1;
}
